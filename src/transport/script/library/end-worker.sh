#!/bin/sh
# The end of the node's resident worker.
#
# end_worker MARK SIGNAL   Sends the signal to the worker and waits until its lock is free. Sends KILL after 8 seconds: a worker that got TERM drains for
#                          2 to 4 seconds. Does nothing when the process in `worker/pid` does not have the mark.
#
# Only the worker itself gets the signal. Programs that it started carry its mark too, and among them are supervisors of jobs. The pid is removed first,
# so that the probe does not report this end.
end_worker() {
  { read -r worker_pid <worker/pid; } 2>/dev/null || return 0
  is_worker "$1" || return 0
  rm -f worker/pid
  kill -"$2" "$worker_pid" 2>/dev/null
  worker_waits=0
  while ! flock -s -n worker/lock true && [ $worker_waits -lt 120 ]; do
    if [ $worker_waits -eq 80 ] && is_worker "$1"; then kill -KILL "$worker_pid" 2>/dev/null; fi
    worker_waits=$((worker_waits + 1))
    sleep 0.1
  done
}
is_worker() {
  marked -xFe "RINGMASTER_MARK=$1" | grep -qx "$worker_pid"
}
