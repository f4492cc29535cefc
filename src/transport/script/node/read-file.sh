#!/bin/sh
# Prints a part of a file.
#
# Arguments: path, first byte as `tail -c` counts it (+1: the whole file, -100: its last 100 bytes), number of bytes.
[ -r "$1" ] || {
  echo "$1 is not there" >&2
  exit "$EXIT_MISSING"
}
tail -c "$2" "$1" | head -c "$3"
