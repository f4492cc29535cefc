#!/bin/sh
# Puts outputs of a job into datasets. Hard links and renames make sure that a reader sees whole files and that a repeat changes nothing.
#
# Arguments: item, epoch, (path, dataset) of each output.
# EXIT_FENCED: the epoch is old. Standard output is then the epoch of the fence. EXIT_MISSING: standard output names an output that does not exist.
set -u
umask 077
epoch=$2
lock_fence "$1"
arriving=$FOLDER_DATASETS/.arriving.$item
shift 2
if [ "$epoch" -lt "$fence" ]; then
  echo "$fence"
  exit "$EXIT_FENCED"
fi
while [ $# -gt 0 ]; do
  from=$FOLDER_JOBS/$item/$epoch/output/$1
  to=$FOLDER_DATASETS/$2/$item.$1
  if [ -e "$from" ]; then
    if [ ! "$from" -ef "$to" ]; then
      # The name that the file has before the rename is outside every dataset, so no reader of a dataset sees it.
      mkdir -p "$(dirname "$to")" && ln -f "$from" "$arriving" && mv -f "$arriving" "$to" || exit 1
    fi
  else
    # The dataset may have the output of another try of the item, or of an item with the same name. That output does not count.
    echo "$1"
    exit "$EXIT_MISSING"
  fi
  shift 2
done
