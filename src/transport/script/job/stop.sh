#!/bin/sh
# Ends a job.
#
# Arguments: item, epoch, mark, grace in milliseconds, number of bytes (empty: the job's folder and logs stay). With a number, the job's folder is
# removed, and this many bytes of the end of each log are kept.
# Standard output: the number of processes that were found. Exit status 1: some processes do not end.
#
# 1. Raises the fence, so that a start of this epoch finds a stopped job and a start of an older epoch is refused. On a full disk there is no room for
# the folder of a stopped job. The fence is then raised to one beyond the epoch, so that a start of this epoch is refused as well.
# 2. Ends the job's group and every process with the job's mark: sends TERM, or the signal in the file `stop` of its record, and KILL after the grace. When none is left, ends the processes of
# the job that left the group and overwrote their environment. The group is known to be the job's by the start
# time of its leader or by a member with the mark. The kernel gives the number of a group to no other group while the group has a member, so the group
# stays the job's until its last member ends.

# Sets state, group and ticks (the start time) from the fields of /proc/PID/stat that follow the program's name. The name is in parentheses and can
# contain blanks.
fields() {
  state=$1
  group=$3
  ticks=${20}
}

# stat_of PID: fails when there is no such process.
stat_of() {
  # shellcheck disable=SC2086 # the line is to be split into its fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && fields ${line##*) }
}

umask 077
epoch=$2
mark=$3
grace_ms=$4
lock_fence "$1"
folder=$FOLDER_JOBS/$item/$epoch
raise_fence "$epoch" || exit 1
heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
find_record "$folder"
if [ ! -s "$record/pid" ] && [ "$fence" -le "$epoch" ]; then
  read -r boot </proc/sys/kernel/random/boot_id
  (mkdir -p "$folder/input" "$folder/output" "$record" && : >"$record/lock" && echo stopped >"$record/ended" &&
    echo "$EXIT_TERMINATED" >"$record/rc" && echo "0 0 $boot" >"$record/pid") || {
    rm -rf "$folder" "$record"
    raise_fence "$((epoch + 1))"
  } || exit 1
fi
exec 8>&-
if [ -s "$record/pid" ] && [ ! -s "$record/rc" ] && [ ! -e "$record/ended" ]; then
  lock_state
  [ "$locked" = yes ] && echo stopped >"$record/ended.n" && mv "$record/ended.n" "$record/ended"
fi
find_mark "$mark"
find_stop "$grace_ms"
leader=0
[ ! -s "$record/pid" ] || read -r leader start _ <"$record/pid"
all=0
tries=0
ours=no
limit=$(((stop_ms + 49) / 50))
hard=$((limit + 100))
while :; do
  pids=' '
  for pid in $(marked -xFe "RINGMASTER_MARK=$mark"); do
    stat_of "$pid" || continue
    case $state in Z | X) continue ;; esac
    [ "$group" = "$leader" ] && ours=yes
    pids="$pids$pid "
  done
  if [ "${leader:-0}" -gt 1 ]; then
    members=
    for pid in /proc/[0-9]*; do
      pid=${pid#/proc/}
      stat_of "$pid" && [ "$group" = "$leader" ] || continue
      [ "$pid" = "$leader" ] && [ "$ticks" = "$start" ] && ours=yes
      case $state in Z | X) ;; *) members="$members$pid " ;; esac
    done
    [ "$ours" = no ] || for pid in $members; do case $pids in *" $pid "*) ;; *) pids="$pids$pid " ;; esac done
  fi
  [ "$pids" != ' ' ] || for pid in $(escaped); do pids="$pids$pid "; done
  [ "$pids" = ' ' ] && break
  [ "$tries" -lt "$hard" ] || {
    echo "these would not end:$pids" >&2
    exit 1
  }
  [ "$tries" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  if [ "$tries" -ge "$limit" ]; then
    [ "$ours" = no ] || kill -KILL "-$leader" 2>/dev/null
    # shellcheck disable=SC2086 # one pid a word
    kill -KILL $pids 2>/dev/null
  elif [ "$tries" -eq 0 ]; then
    [ "$ours" = no ] || kill -"$stop_signal" "-$leader" 2>/dev/null
    # A member of the job's group has already received the signal.
    for pid in $pids; do
      [ "$ours" = yes ] && stat_of "$pid" && [ "$group" = "$leader" ] || kill -"$stop_signal" "$pid" 2>/dev/null
    done
  fi
  tries=$((tries + 1))
  sleep 0.05
done
# The supervisor needs a moment to record the end.
tries=0
while [ $tries -lt 40 ] && [ -s "$record/pid" ]; do
  lock_state
  [ "$locked" = yes ] || break
  tries=$((tries + 1))
  sleep 0.05
done
if [ -n "$5" ] && [ -s "$record/pid" ] && [ "$record" != "$folder" ]; then
  # The space of the folder is free before the ends of the logs are written.
  remove_tree "$folder"
  for log in out err; do
    [ -e "$record/$log" ] || continue
    end=$(log_end "$record/$log" "$5" && echo .)
    rm -f "$record/$log.head" "$record/$log.last"
    printf %s "${end%.}" >"$record/$log"
  done
fi
echo "$all"
