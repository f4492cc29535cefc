#!/bin/sh
# The record of a job: our own files about the job. The record is a folder outside the folder in which the job's program works, so that the program
# can remove and replace everything in its own folder.
#
# find_record FOLDER   Sets `record` to the record of the job that works in FOLDER. A job that an older release started has its record in FOLDER. Removes
#                      a fifo or folder that another program of the same user made under the name of a file of ours: a read of a fifo does not end.
#                      An empty `pid` or `rc` counts as none: its one line appears whole.
# find_mark MARK       Sets `mark` to the mark of the job's processes. An older release gave its jobs other marks than MARK; the record has them.
# find_stop GRACE      Sets `stop_signal` and `stop_ms`: how this job is asked to end, and after how many milliseconds it is killed. Without a file `stop`
#                      in the record these are TERM and GRACE.
# heal FOLDER...       Gives the owner access to these folders of ours again. A program of the same user may have taken the access away.
# lock_state           Sets `locked` to no, yes or unknown. The lock is held while a process of the job or its supervisor lives.
# escaped              Prints the pids of the job's living processes that this user can end, whatever their group, folder and environment are. The
#                      leader gives the job a limit that no other job has, and all descendants inherit the limit: the largest resident set, which Linux does
#                      not enforce. Without a file `tag` in the record, it prints the processes that have the job's lock open, except the supervisor: an
#                      older release gave no limit, and a login with a smaller limit of its own takes none. A program can close the lock.
# find_tag             Sets `tag` to the limit of the job. It is empty when there is none.
# tagged TAG...        Prints the pids of the living processes with one of these limits that this user can end.
# shellcheck disable=SC2329 # a program may use only some of these functions
find_record() {
  record=$FOLDER_RECORDS/${1#"$FOLDER_JOBS/"}
  [ -e "$record" ] || [ ! -s "$1/pid" ] || record=$1
  [ "$record" != "$1" ] || return 0
  for ours in pid rc ended mark supervisor spec stop lock tag counted out.dropped err.dropped; do
    [ -f "$record/$ours" ] || [ ! -e "$record/$ours" ] || rm -rf "${record:?}/$ours"
  done
}

# shellcheck disable=SC2329,SC2034
find_mark() {
  mark=$1
  [ ! -s "$record/mark" ] || read -r mark <"$record/mark"
}

# shellcheck disable=SC2329,SC2034
find_stop() {
  stop_signal=TERM
  stop_ms=$1
  # shellcheck disable=SC2094 # the file of that name is only read here
  [ ! -s "$record/stop" ] || read -r stop_signal stop_ms <"$record/stop"
  case $stop_signal in '' | *[!A-Z0-9]*) stop_signal=TERM ;; esac
  case $stop_ms in '' | *[!0-9]*) stop_ms=$1 ;; esac
}

# shellcheck disable=SC2329
heal() {
  for ours in "$@"; do
    [ ! -d "$ours" ] || { [ -r "$ours" ] && [ -w "$ours" ] && [ -x "$ours" ]; } || chmod u+rwx "$ours" 2>/dev/null
  done
}

# shellcheck disable=SC2329,SC2034
lock_state() {
  locked=unknown
  { [ -f "$record/lock" ] && [ -r "$record/lock" ]; } || return 0
  flock -s -n 7 7<"$record/lock" 2>/dev/null
  case $? in
    0) locked=no ;;
    1) locked=yes ;;
  esac
}

# shellcheck disable=SC2329
tagged() {
  # shellcheck disable=SC2062 # the words with a pattern are files
  for pid in $(for tag in "$@"; do echo "^Max resident set  *$tag "; done | grep -l -f - /proc/[0-9]*/limits 2>/dev/null); do
    pid=${pid#/proc/}
    pid=${pid%/limits}
    # A zombie keeps its limits.
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    case ${line##*) } in Z* | X*) continue ;; esac
    kill -0 "$pid" 2>/dev/null && echo "$pid"
  done
}

# shellcheck disable=SC2329
find_tag() {
  tag=
  # shellcheck disable=SC2094 # the file of that name is only read here
  [ ! -s "$record/tag" ] || read -r tag <"$record/tag"
  case $tag in *[!0-9]*) tag= ;; esac
}

# shellcheck disable=SC2329
escaped() {
  [ -e "$record/supervisor" ] || return 0
  find_tag
  if [ -n "$tag" ]; then
    tagged "$tag"
  else
    lock_state
    [ "$locked" != yes ] || lock_holders
  fi
}

# shellcheck disable=SC2329
lock_holders() {
  supervisor=
  # shellcheck disable=SC2094 # the file of that name is only read here
  [ ! -f "$record/supervisor" ] || read -r supervisor <"$record/supervisor"
  before=
  for open in /proc/[0-9]*/fd/*; do
    [ "$open" -ef "$record/lock" ] || continue
    pid=${open#/proc/}
    pid=${pid%%/*}
    [ "$pid" = "$before" ] || [ "$pid" = "$supervisor" ] || echo "$pid"
    before=$pid
  done
}
