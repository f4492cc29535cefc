#!/bin/sh
# Ends all jobs and workers of a cluster on this node. Leaves the launcher's own processes alone, although their mark has the id of the cluster too.
#
# Arguments: the cluster's id as a regular expression, grace in milliseconds.
# Standard output: the number of processes that were found. Exit status 1: some processes do not end.
#
# A job with a file `stop` in its record gets the signal and the grace of this file. The others get TERM and the grace of the caller.
#
# The jobs and the worker of an older release have other marks. The jobs' marks are in their records, and the worker's pid is in `worker/pid`.
cluster=$1
grace_ms=$2
newline='
'
others=
# The jobs that an older release started have their records in their folders.
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

# Prints the processes of jobs that no longer have the mark of their job. One program looks for those of all jobs with a limit.
hidden_processes() {
  tags=
  for record in "$FOLDER_RECORDS"/*/*; do
    [ -e "$record/supervisor" ] || continue
    find_tag
    if [ -n "$tag" ]; then tags="$tags $tag"; else escaped; fi
  done
  # shellcheck disable=SC2086 # one limit a word
  [ -z "$tags" ] || tagged $tags
}

# read_mark PID   Sets `mark`. Fails when the process has ended. When the launcher runs this program, its own subshells are such processes.
read_mark() {
  entries=$newline$({ tr '\0' '\n' <"/proc/$1/environ"; } 2>/dev/null)
  [ "$entries" != "$newline" ] || return 1
  mark=
  case $entries in *"${newline}RINGMASTER_MARK="*) ;; *) return 0 ;; esac
  mark=${entries#*"${newline}RINGMASTER_MARK="}
  mark=${mark%%"$newline"*}
}

# end_process PID   Sends the signal of the process's job in the first round, and KILL in each round after the job's grace. The mark of a job ends with the
# path of its record.
end_process() {
  pids="$pids$1 "
  record=$FOLDER_RECORDS/${mark#*/}
  find_stop "$grace_ms"
  [ "$stop_ms" -le "$longest" ] || longest=$stop_ms
  if [ "$rounds" -ge $(((stop_ms + 49) / 50)) ]; then
    kill -KILL "$1" 2>/dev/null
  elif [ "$rounds" -eq 0 ]; then
    kill -"$stop_signal" "$1" 2>/dev/null
  fi
}

all=0
rounds=0
longest=$grace_ms
while :; do
  pids=
  for pid in $(found | sort -u); do
    read_mark "$pid" || continue
    case $mark in */launcher/*) ;; *) end_process "$pid" ;; esac
  done
  mark=
  [ -n "$pids" ] || for pid in $(hidden_processes); do end_process "$pid"; done
  [ -n "$pids" ] || break
  [ "$rounds" -lt $(((longest + 49) / 50 + 100)) ] || {
    echo "these would not end: $pids" >&2
    exit 1
  }
  [ "$rounds" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  rounds=$((rounds + 1))
  sleep 0.05
done
# The probe does not report this end of the worker.
rm -f worker/pid
echo "$all"
