#!/bin/sh
# Lists the jobs whose record has not changed for a while. Without a record, the job's folder counts.
#
# Arguments: the age in minutes (0: all jobs), the greatest number of jobs, the id of the cluster, which jobs ("all", or "held": only those of which a
# process lives).
# Standard output: a line "held ITEM EPOCH" for a job of which a process lives, and "idle ITEM EPOCH" for any other.
minutes=$1
max=$2
cluster=$3
which=$4

# The folders of jobs without a process are removed, so a step of the clock must not make them old. A process that nothing owns is ended, and that must not
# wait for the removal time.
if [ "$minutes" != 0 ] && [ "$which" = all ]; then
  removal_lag
  minutes=$((minutes + lag))
fi

# list_in FOLDER
list_in() {
  [ -d "$1" ] || return 0
  heal "$1"
  if [ "$minutes" = 0 ]; then
    (cd "$1" && find . -mindepth 2 -maxdepth 2 -type d)
  else
    (cd "$1" && find . -mindepth 2 -maxdepth 2 -type d -mmin "+$minutes")
  fi 2>/dev/null
}

{
  list_in "$FOLDER_RECORDS"
  list_in "$FOLDER_JOBS" | while IFS= read -r name; do
    [ -d "$FOLDER_RECORDS/$name" ] || printf '%s\n' "$name"
  done
} | while IFS= read -r name; do
  name=${name#./}
  item=${name%/*}
  epoch=${name##*/}
  case $item/$epoch in *[!A-Za-z0-9._@/-]*) continue ;; esac
  case $epoch in *[!0-9]*) continue ;; esac
  [ "$max" -gt 0 ] || break
  find_record "$FOLDER_JOBS/$name"
  find_mark "$cluster/$item/$epoch"
  lock_state
  if [ "$locked" = unknown ]; then
    [ -z "$(marked -xFe "RINGMASTER_MARK=$mark")" ] || locked=yes
  fi
  [ "$locked" = yes ] || [ "$which" = all ] || continue
  max=$((max - 1))
  if [ "$locked" = yes ]; then echo "held $item $epoch"; else echo "idle $item $epoch"; fi
done
exit 0
