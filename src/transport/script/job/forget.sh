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
#
# The age of a file counts only when the node's clock was not set since the run before. `.pruned` has the boot, the seconds since boot and the time of
# that run. When the clock and the seconds since boot do not agree, all files count as touched at this run.
prune_weekly() {
  pruned=$FOLDER_FENCES/.pruned
  read -r boot </proc/sys/kernel/random/boot_id
  read -r up _ </proc/uptime
  up=${up%.*}
  before=
  [ ! -f "$pruned" ] || read -r before before_up before_s <"$pruned"
  case $before_up-$before_s in *[!0-9-]*) before= ;; esac
  if [ "$before" = "$boot" ] && [ "$((up - before_up))" -ge 0 ] && [ "$((up - before_up))" -lt 3600 ]; then return 0; fi
  now=$(date +%s)
  if [ "$before" = "$boot" ]; then step=$((now - before_s - up + before_up)); else step=; fi
  if [ -z "$step" ] || [ "$step" -gt 600 ] || [ "$step" -lt -600 ]; then
    find "$FOLDER_FENCES" ! -type d -exec touch -ch {} + && echo "$boot $up $now" >"$pruned"
    return 0
  fi
  echo "$boot $up $now" >"$pruned"
  [ ! -d "$FOLDER_BLOBS" ] || find "$FOLDER_BLOBS" -type f -links 1 -mtime +7 -exec rm -f {} +
  find "$FOLDER_FENCES" ! -type d ! -name '.*' -mtime +7 | while IFS= read -r file; do
    name=${file#"$FOLDER_FENCES"/}
    lock=$FOLDER_FENCES/.$name.lock
    [ -e "$FOLDER_JOBS/$name" ] || [ -e "$FOLDER_RECORDS/$name" ] || [ -n "$(find "$lock" -mtime -7 2>/dev/null)" ] || rm -f "$file" "$lock"
  done
}

# stays JOB: notes that the job stays.
stays() {
  echo "$1"
  status=$EXIT_BUSY
}

[ -d "$FOLDER_FENCES" ] || exit 0
status=0
closed=
while [ $# -gt 0 ]; do
  epoch=$2
  lock_fence "$1"
  shift 2
  job=$item/$epoch
  heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
  find_record "$FOLDER_JOBS/$job"
  if [ -s "$record/pid" ] && [ ! -s "$record/rc" ]; then
    lock_state
    if [ "$locked" = yes ]; then
      stays "$job"
      continue
    fi
  fi
  raise_fence "$((epoch + 1))" || {
    status=1
    break
  }
  closed="$closed $job"
done
exec 8>&-

# No start of these epochs can follow, so the rest needs no locks. One program removes all folders that it can. No item's name has a blank.
folders=
for job in $closed; do folders="$folders $FOLDER_JOBS/$job"; done
# shellcheck disable=SC2086
[ -z "$folders" ] || rm -rf $folders 2>/dev/null
records=
for job in $closed; do
  # The record goes last: it shows that the job was here.
  if { [ ! -e "$FOLDER_JOBS/$job" ] && [ ! -L "$FOLDER_JOBS/$job" ]; } || remove_tree "$FOLDER_JOBS/$job"; then
    records="$records $FOLDER_RECORDS/$job"
  else
    stays "$job"
  fi
done
# shellcheck disable=SC2086
[ -z "$records" ] || rm -rf $records 2>/dev/null
empty=
for record in $records; do
  job=${record#"$FOLDER_RECORDS/"}
  empty="$empty $FOLDER_JOBS/${job%/*} ${record%/*}"
  { [ ! -e "$record" ] && [ ! -L "$record" ]; } || remove_tree "$record" || stays "$job"
done
# shellcheck disable=SC2086
[ -z "$empty" ] || rmdir $empty 2>/dev/null
prune_weekly
exit "$status"
