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
others=
# The jobs with a file `stop`, each as a word "<mark>|<signal>|<grace>".
ways=
# A job that an older release started has its record in its folder.
for record in "$FOLDER_RECORDS"/*/* "$FOLDER_JOBS"/*/*; do
  [ -s "$record/pid" ] && [ ! -s "$record/rc" ] || continue
  lock_state
  [ "$locked" = yes ] || continue
  find_mark ''
  [ ! -s "$record/stop" ] || {
    find_stop "$grace_ms"
    ways="$ways $mark|$stop_signal|$stop_ms"
  }
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

# way_of MARK: sets `stop_signal` and `stop_ms`.
way_of() {
  stop_signal=TERM
  stop_ms=$grace_ms
  for way in $ways; do
    case $way in
      "$1|"*)
        way=${way#"$1|"}
        stop_signal=${way%|*}
        stop_ms=${way#*|}
        ;;
    esac
  done
}
all=0
tries=0
longest=$grace_ms
for way in $ways; do [ "${way##*|}" -le "$longest" ] || longest=${way##*|}; done
hard=$(((longest + 49) / 50 + 100))
while :; do
  pids=
  marks=
  for pid in $(found | sort -u); do
    # `entries` is empty when the process has ended in the meantime. When the launcher runs this program, its own subshells are such processes.
    entries=$({ tr '\0' '\n' <"/proc/$pid/environ"; } 2>/dev/null)
    [ -n "$entries" ] || continue
    echo "$entries" | grep -q "^RINGMASTER_MARK=$cluster/launcher/" && continue
    pids="$pids$pid "
    [ -z "$ways" ] || marks="$marks$pid=$(echo "$entries" | sed -n 's/^RINGMASTER_MARK=//p') "
  done
  [ -n "$pids" ] || for pid in $(hidden_processes); do pids="$pids$pid "; done
  [ -z "$pids" ] && break
  [ "$tries" -lt "$hard" ] || {
    echo "these would not end: $pids" >&2
    exit 1
  }
  [ "$tries" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  for pid in $pids; do
    mark=
    case " $marks" in
      *" $pid="*)
        mark=" $marks"
        mark=${mark#*" $pid="}
        mark=${mark%% *}
        ;;
    esac
    way_of "$mark"
    if [ "$tries" -ge $(((stop_ms + 49) / 50)) ]; then
      kill -KILL "$pid" 2>/dev/null
    elif [ "$tries" -eq 0 ]; then
      kill -"$stop_signal" "$pid" 2>/dev/null
    fi
  done
  tries=$((tries + 1))
  sleep 0.05
done
# The probe does not report this end of the worker.
rm -f worker/pid
echo "$all"
