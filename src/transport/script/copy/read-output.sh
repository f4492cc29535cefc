#!/bin/sh
# Prints an output file over the connection that is already open, or reports that the file must be fetched in another way.
#
# Arguments: path, "small" (the file is printed) or "large".
# EXIT_MISSING: there is no such file. EXIT_NEEDED: the file is large. Standard output is then "rsync" when the node has rsync.
[ -f "$1" ] || exit "$EXIT_MISSING"
if [ "$2" = small ]; then
  open_file "$1" && cat <&3
  exit $?
fi
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
