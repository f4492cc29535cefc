#!/bin/sh
# Reports whether a blob is there. Also touches the blob, because forget.sh removes a blob that nothing has touched for a week. A blob that is newer than
# the last removal needs no touch.
#
# Argument: sha256.
# Exit status 0: the blob is there. EXIT_NEEDED: the blob must be sent. Standard output is then "rsync" when the node has rsync.
umask 077
if [ -e "$FOLDER_BLOBS/$1" ]; then
  [ "$FOLDER_BLOBS/$1" -nt "$FOLDER_FENCES/.pruned" ] || touch -c "$FOLDER_BLOBS/$1"
  exit 0
fi
[ -d "$FOLDER_BLOBS" ] || mkdir -p "$FOLDER_BLOBS"
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
