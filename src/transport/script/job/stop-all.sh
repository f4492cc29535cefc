#!/bin/sh
# Ends all jobs and workers of a cluster on this node. Leaves the launcher's own processes alone, although their mark has the id of the cluster too.
#
# Arguments: the cluster's id as a regular expression, grace in milliseconds.
# Standard output: the number of processes that were found. Exit status 1: some processes do not end.
#
# The jobs and the worker of an older release have other marks. The jobs' marks are in their records, and the worker's pid is in `worker/pid`.
cluster=$1
grace_ms=$2
others=
# A job that an older release started has its record in its folder.
for record in "$FOLDER_RECORDS"/*/* "$FOLDER_JOBS"/*/*; do
  [ -s "$record/pid" ] && [ ! -s "$record/rc" ] || continue
  lock_state
  [ "$locked" = yes ] || continue
  find_mark ''
  case $mark in '' | "$cluster"/*) ;; *) others="$others $mark" ;; esac
  [ -e "$record/ended" ] || { echo stopped >"$record/ended.n" && mv "$record/ended.n" "$record/ended"; }
done
# Prints the pids of all processes that are to end. A mark has no blank, because no name of a cluster or item has one.
found() {
  marked -xe "RINGMASTER_MARK=$cluster/.*"
  for mark in $others; do marked -xFe "RINGMASTER_MARK=$mark"; done
  [ ! -e worker/lock ] || flock -s -n worker/lock true || cat worker/pid
}

# Prints the processes that hold the lock of a job although they no longer have the job's mark.
hidden_processes() {
  for record in "$FOLDER_RECORDS"/*/*; do
    [ -e "$record/supervisor" ] || continue
    lock_state
    [ "$locked" != yes ] || lock_holders
  done
}
all=0
tries=0
limit=$(((grace_ms + 49) / 50))
hard=$((limit + 100))
while :; do
  pids=
  for pid in $(found | sort -u); do
    # `entries` is empty when the process has ended in the meantime. When the launcher runs this program, its own subshells are such processes.
    entries=$({ tr '\0' '\n' <"/proc/$pid/environ"; } 2>/dev/null)
    [ -n "$entries" ] || continue
    echo "$entries" | grep -q "^RINGMASTER_MARK=$cluster/launcher/" || pids="$pids$pid "
  done
  [ -n "$pids" ] || for pid in $(hidden_processes); do pids="$pids$pid "; done
  [ -z "$pids" ] && break
  [ "$tries" -lt "$hard" ] || {
    echo "these would not end: $pids" >&2
    exit 1
  }
  [ "$tries" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  # shellcheck disable=SC2086 # one pid a word
  if [ "$tries" -ge "$limit" ]; then
    kill -KILL $pids 2>/dev/null
  elif [ "$tries" -eq 0 ]; then
    kill -TERM $pids 2>/dev/null
  fi
  tries=$((tries + 1))
  sleep 0.05
done
# The probe does not report this end of the worker.
rm -f worker/pid
echo "$all"
