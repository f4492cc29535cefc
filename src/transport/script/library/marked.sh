#!/bin/sh
# Processes by the mark in their environment.
#
# marked GREP-OPTION... -e PATTERN   Prints the pids of living processes that have such an entry in their environment. A zombie has no environment. The
#                                    pattern is that of a whole entry (-x): another entry can have the text of this program.
#
# One grep looks at all processes. It must also find the entry on its standard input. The grep of busybox has no -z and finds nothing, so each process then
# needs a grep of its own.
marked() {
  marked_files=$(printf 'RINGMASTER_FOUND=\0' | grep -lzx -e RINGMASTER_FOUND= "$@" - /proc/[0-9]*/environ 2>/dev/null)
  if [ -n "$marked_files" ]; then
    for file in $marked_files; do
      file=${file%/environ}
      case $file in /proc/*) echo "${file#/proc/}" ;; esac
    done
  else
    for file in /proc/[0-9]*/environ; do
      # A newline inside an entry begins no other entry.
      if { tr '\n\0' '\1\n' <"$file" | grep -q "$@"; } 2>/dev/null; then
        file=${file#/proc/}
        echo "${file%/environ}"
      fi
    done
  fi
}
