#!/bin/sh
# Looks whether a blob is there, and touches it: forget.sh removes a blob that nothing has asked for in a week.
#
# Argument: sha256.
# Exit status 0: it is there. EXIT_NEEDED: it is to be sent; standard output is "rsync" when the node has it.
umask 077
mkdir -p "$FOLDER_BLOBS" && [ -e "$FOLDER_BLOBS/$1" ] && {
  touch -c "$FOLDER_BLOBS/$1"
  exit 0
}
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
