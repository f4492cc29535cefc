#!/bin/sh
# Prints the programs of its arguments that the node lacks, one a line.
for program; do
  command -v "$program" >/dev/null || echo "$program"
done
