#!/bin/sh
# Processes by the mark in their environment.
#
# define_marked                    Defines `marked` for the grep of this machine. It runs a program, so a caller calls it once.
# marked GREP-OPTION... PATTERN    Prints the pids of living processes that have such an entry in their environment. A zombie has no environment.
define_marked() {
  if printf 'a\0b\0' | grep -qzxF b 2>/dev/null; then
    # One grep over all processes.
    marked() {
      grep -lz "$@" /proc/[0-9]*/environ 2>/dev/null | while read -r file; do
        file=${file#/proc/}
        echo "${file%/environ}"
      done
    }
  else
    # The grep of busybox has no -z, so each process needs its own grep.
    marked() {
      for file in /proc/[0-9]*/environ; do
        if { tr '\0' '\n' <"$file" | grep -q "$@"; } 2>/dev/null; then
          file=${file#/proc/}
          echo "${file%/environ}"
        fi
      done
    }
  fi
}
