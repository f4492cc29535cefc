#!/bin/sh
# Prints the end of a job's stdout or stderr. With a position, prints what is behind the position, after a line with the position of the end.
#
# Arguments: the job's folder, out or err, number of bytes, position.
# EXIT_MISSING: there is no such log.
find_record "$1"
log=$record/$2
[ -r "$log" ] || {
  echo "$log is not there" >&2
  exit "$EXIT_MISSING"
}
if [ -n "${4-}" ]; then
  log_after "$log" "$3" "$4"
else
  log_end "$log" "$3"
fi
