#!/bin/sh
# Writes a file to standard output. Argument: path.
open_file "$1" || {
  [ -f "$1" ] || echo "$1: No such file or directory" >&2
  exit "$EXIT_MISSING"
}
cat <&3
