#!/bin/sh
# Reads a part of standard input, and leaves the rest for the next reader. The head of busybox reads more than it prints, so it cannot do this.
#
# read_lines NUMBER   Prints this number of lines, without the newline of the last one. Fails when standard input ends before, because the
#                     connection was lost, and when the lines cannot be written.
read_lines() {
  left=$1
  while [ "$left" -gt 0 ]; do
    IFS= read -r line || return 1
    printf %s "$line" || return 1
    left=$((left - 1))
    [ "$left" -eq 0 ] || echo || return 1
  done
}
