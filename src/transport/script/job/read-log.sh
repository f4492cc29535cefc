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
log_end "$log" "$3"
