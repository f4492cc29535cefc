#!/bin/sh
# Writes standard input to a file. Argument: path.
cat >"$1"
