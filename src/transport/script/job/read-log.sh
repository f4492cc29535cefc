#!/bin/sh
# Prints the end of a job's stdout or stderr.
#
# Arguments: the job's folder, out or err, number of bytes.
# EXIT_MISSING: there is no such log.
find_record "$1"
[ -r "$record/$2" ] || {
  echo "$record/$2 is not there" >&2
  exit "$EXIT_MISSING"
}
tail -c "$3" "$record/$2" | head -c "$3"
