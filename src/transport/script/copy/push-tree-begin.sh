#!/bin/sh
# Begins to receive a version of a dataset.
#
# Arguments: dataset, digest of the version (empty when the digest is not known yet).
# Exit status 0: this version is current now. EXIT_NEEDED: the version must be sent into the folder `incoming`, which exists.
# Standard output: "rsync" when the node has rsync. "distrust" when the last version arrived with wrong bytes: the caller then reuses no file from
# `current`.
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
exit "$EXIT_NEEDED"
