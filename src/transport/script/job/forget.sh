#!/bin/sh
# Removes the folders and records of closed jobs. Raises the fence of each job to one beyond the job's epoch, so that a delayed start of that epoch is refused.
#
# Arguments: (item, epoch) of each job.
# EXIT_BUSY: standard output names the jobs that stay. A job stays when one of its processes lives or its folder cannot be removed.
umask 077

# Removes, at most once an hour, files that nothing has touched for a week:
# - Fences of items without a job folder. After a week no start of an old epoch is still on its way. Taking the lock of a fence touches the fence, so
# no caller waits for a lock that is removed here.
# - Inputs that no job's folder links to and that find-blob.sh has not touched. When a later start needs such an input, the input is sent again.
prune_weekly() {
  [ -z "$(find "$FOLDER_FENCES/.pruned" -mmin -60 2>/dev/null)" ] || return 0
  : >"$FOLDER_FENCES/.pruned"
  [ ! -d "$FOLDER_BLOBS" ] || find "$FOLDER_BLOBS" -type f -links 1 -mtime +7 -exec rm -f {} +
  find "$FOLDER_FENCES" ! -type d ! -name '.*' -mtime +7 | while IFS= read -r file; do
    name=${file#"$FOLDER_FENCES"/}
    lock=$FOLDER_FENCES/.$name.lock
    [ -e "$FOLDER_JOBS/$name" ] || [ -e "$FOLDER_RECORDS/$name" ] || [ -n "$(find "$lock" -mtime -7 2>/dev/null)" ] || rm -f "$file" "$lock"
  done
}

[ -d "$FOLDER_FENCES" ] || exit 0
busy=no
while [ $# -gt 0 ]; do
  epoch=$2
  lock_fence "$1"
  shift 2
  folder=$FOLDER_JOBS/$item/$epoch
  heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
  find_record "$folder"
  if [ -e "$record/pid" ] && [ ! -e "$record/rc" ]; then
    lock_state
    if [ "$locked" = yes ]; then
      echo "$item/$epoch"
      busy=yes
      continue
    fi
  fi
  raise_fence "$((epoch + 1))" || exit 1
  # The record goes last: it shows that the job was here.
  if ! remove_tree "$folder" || ! remove_tree "$record"; then
    echo "$item/$epoch"
    busy=yes
    continue
  fi
  rmdir "$FOLDER_JOBS/$item" "$FOLDER_RECORDS/$item" 2>/dev/null
done
exec 8>&-
prune_weekly
[ "$busy" = no ] || exit "$EXIT_BUSY"
