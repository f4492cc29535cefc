#!/bin/sh
# Verifies a blob that has arrived, and renames it to its checksum. The blob becomes read-only, because the input folders of jobs link to it.
#
# Arguments: sha256, path of the blob, "stdin" (the bytes come on standard input) or "file" (the bytes are at the path already).
# EXIT_DIFFERS: the bytes have another checksum, which is on standard output.
umask 077
incoming=$2
if [ "$3" = stdin ]; then
  [ -d "$FOLDER_BLOBS" ] || mkdir -p "$FOLDER_BLOBS" || exit 1
  [ ! -e "$incoming" ] || rm -f "$incoming" || exit 1
  (umask 0377 && cat >"$incoming") || exit 1
fi
got=$(sum "$incoming")
got=${got%% *}
[ "$got" = "$1" ] || {
  rm -f "$incoming"
  echo "$got"
  exit "$EXIT_DIFFERS"
}
[ "$3" = stdin ] || chmod 400 "$incoming" || exit 1
mv -f "$incoming" "$FOLDER_BLOBS/$1"
