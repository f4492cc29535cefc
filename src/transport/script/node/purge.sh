#!/bin/sh
# Removes everything that is ours from the node's folder. Removes the folder too, and the folder `ringmaster` above it, when they are empty then.
#
# Arguments: our names in the folder, without the owner. The owner goes last, so that a purge that was interrupted can be repeated.
# Standard output: a name that is left in the folder, if any is. Exit status 1: some of our names cannot be removed.
left=
for name in "$@"; do
  remove_tree "./$name" || left="$left $name"
done
[ -z "$left" ] || {
  echo "cannot remove$left" >&2
  exit 1
}
# A program that was killed while it became the owner leaves a file with its pid.
rm -f "./.$OWNER_FILE."[0-9]* "./$OWNER_FILE" || exit 1
for name in * .[!.]* ..?*; do
  if [ -e "$name" ] || [ -L "$name" ]; then
    echo "$name"
    exit 0
  fi
done
folder=$PWD
cd / || exit 0
rmdir "$folder" 2>/dev/null || exit 0
above=${folder%/*}
[ "${above##*/}" != ringmaster ] || rmdir "$above" 2>/dev/null
exit 0
