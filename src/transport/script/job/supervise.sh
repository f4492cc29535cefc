#!/bin/sh
# The supervisor of a job: starts the leader, waits for its end and records the exit status. Runs in the job's record, in a session of its own.
#
# Arguments: self-fence seconds (0: none), the largest numbers of bytes of stdout and stderr in one word, mark, the text of leader.sh, then the leader's
# arguments.
# Descriptor 3 goes to the leader. Descriptor 8 is the lock of the fence, which start.sh holds. The supervisor closes both descriptors as soon as the
# leader has them.
#
# When the job has ended, `rc` gets its line. The supervisor and the job hold `lock`. Once `rc` is there, the supervisor lets the lock go,
# so that only processes which the job left running still hold it.
self_fence=$1
out_max=${2% *}
err_max=${2#* }
mark=$3
leader=$4
shift 4
record=.
exec 9>lock
flock 9 || exit 1
echo "$$" >supervisor
RINGMASTER_MARK=$mark setsid sh -c "$leader" sh "$@" >>out 2>>err </dev/null &
job=$!
exec 3>&- 8>&- >/dev/null 2>&1

# Ends the job, and the processes that left its group, when no look has renewed it for `self_fence` seconds. A look renews the job when it changes the
# time of the file `renew`. The time without a change is counted by the seconds since boot: the clock of the node can be set while the job runs.
watch_renewals() {
  exec 9>&-
  step=$((self_fence / 10))
  [ "$step" -ge 1 ] || step=1
  [ "$step" -le 5 ] || step=5
  # TERM ends the sleep together with this subshell: otherwise the sleep would outlive the job, without a mark. Until the first sleep, $! is the job.
  trap '[ "$!" = "$job" ] || kill -KILL "$!"; exit 0' TERM
  read -r since _ </proc/uptime
  since=${since%.*}
  renewed=$(stat -c %y renew)
  while kill -0 "$job"; do
    sleep "$step" &
    wait "$!"
    read -r now _ </proc/uptime
    now=${now%.*}
    before=$renewed
    # When the file `renew` is gone, the job's record is gone, and nothing can renew the job any more.
    renewed=$(stat -c %y renew) || since=-$self_fence
    [ -z "$renewed" ] || [ "$renewed" = "$before" ] || since=$now
    [ $((now - since)) -gt "$self_fence" ] || continue
    kill -0 "$job" || break
    echo self-fence >ended.n && mv ended.n ended
    tries=0
    while [ "$tries" -lt 50 ]; do
      kill -KILL "-$job"
      left=$(marked -xFe "RINGMASTER_MARK=$mark")
      [ -n "$left" ] || left=$(escaped)
      [ -n "$left" ] || break
      # shellcheck disable=SC2086 # one pid a word
      kill -KILL $left
      tries=$((tries + 1))
      sleep 0.1
    done
    break
  done
}

# Holds the logs within their limits as long as a process of the job can write to them. A log that overflows is looked at twenty times a second.
# The guard outlives the supervisor.
guard_logs() {
  exec 9>&-
  trap '[ "$!" = "$job" ] || kill -KILL "$!"; exit 0' TERM
  pause=0.2
  while :; do
    if ! kill -0 "$job" || [ ! -e "/proc/$$" ]; then
      lock_state
      [ "$locked" = yes ] || break
    fi
    sleep "$pause" &
    wait "$!"
    hold_logs "$out_max" "$err_max"
    case $full$pause in
      yes*) pause=0.05 ;;
      no0.05) pause=0.2 ;;
      no0.2) pause=0.5 ;;
      *) pause=1 ;;
    esac
  done
}
guard_logs &
guard=$!
watcher=
if [ "$self_fence" -gt 0 ]; then
  watch_renewals &
  watcher=$!
fi
wait "$job"
echo $? >rc
exec 9>&-
# The program may have left processes of its group running. They still write to the logs, and the guard ends after them.
kill -0 "-$job" || kill "$guard"
# Wakes a look that waits for an end. The fifo is opened for reading and writing, so the write does not block when no look waits.
[ ! -p "../../../$BELL_FIFO" ] || echo 1<>"../../../$BELL_FIFO"
if [ -n "$watcher" ]; then
  ended=
  # shellcheck disable=SC2094 # the file of that name is only read here
  read -r ended <ended
  # A self-fence that has begun is not interrupted, because it may still be killing processes that left the job's group.
  if [ "$ended" = self-fence ]; then wait "$watcher"; else kill "$watcher"; fi
fi
exit 0
