#!/bin/sh
# Begins to receive a version of a dataset.
#
# Arguments: dataset, digest of the version (empty when the digest is not known yet), "holes" when a file of the tree has holes.
# Exit status 0: this version is current now. EXIT_NEEDED: the version must be sent into the folder `incoming`, which exists.
# Standard output: "rsync" when the node has rsync. "distrust" when the last version arrived with wrong bytes: the caller then reuses no file from
# `current`. With holes: "free BYTES", and "unpacks-holes" when the node has GNU tar, whose stream has no zeros in place of the holes.
umask 077
replica=$FOLDER_REPLICAS/$1
mkdir -p "$replica/v" || exit 1
if [ -n "$2" ] && is_whole "$replica" "$2"; then
  is_current "$replica" "$2" || make_current "$replica" "$2" || exit 1
  exit 0
fi
mkdir -p "$replica/incoming" || exit 1
if command -v rsync >/dev/null; then echo rsync; fi
if [ -e "$replica/.distrust" ]; then echo distrust; fi
if [ "$3" = holes ]; then
  if tar --sparse --no-unquote -cf /dev/null -T /dev/null 2>/dev/null; then echo unpacks-holes; fi
  df -Pk . | awk 'NR == 2 { printf "free %.0f\n", $4 * 1024 }'
fi
exit "$EXIT_NEEDED"
