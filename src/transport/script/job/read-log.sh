#!/bin/sh
# Prints the end of a job's stdout or stderr.
#
# Arguments: the job's folder, out or err, number of bytes.
# EXIT_MISSING: there is no such log.
find_record "$1"
log=$record/$2
[ -r "$log" ] || {
  echo "$log is not there" >&2
  exit "$EXIT_MISSING"
}
# Before `last` was written, nothing was left out.
if [ -r "$log.last" ]; then cat "$log.last" "$log"; else cat "$log"; fi 2>/dev/null | tail -c "$3"
