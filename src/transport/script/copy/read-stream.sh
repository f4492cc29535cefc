#!/bin/sh
# Writes a file to standard output. Argument: path.
cat "$1"
