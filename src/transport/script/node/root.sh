#!/bin/sh
# Prints the absolute path of the node's folder.
pwd
