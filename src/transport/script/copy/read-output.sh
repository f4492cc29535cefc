#!/bin/sh
# Prints an output file if the file is small enough for the connection that is already open.
#
# Arguments: path, size in bytes of the largest file that is printed.
# EXIT_MISSING: there is no such file. EXIT_NEEDED: the file is larger and must be fetched in another way. Standard output is then "rsync" when the
# node has rsync.
[ -f "$1" ] || exit "$EXIT_MISSING"
if [ "$(stat -c %s "$1")" -le "$2" ]; then
  cat "$1"
  exit $?
fi
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
