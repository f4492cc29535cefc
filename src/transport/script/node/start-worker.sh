#!/bin/sh
# Starts the node's resident worker unless the worker already runs. A worker that is silent is killed first.
#
# Arguments: mark, the text of worker.sh, path of Node.js, path of the worker's program, its arguments.
# Standard input: the keys of the worker, or nothing. They go to the worker's standard input.
# Standard output: "started <pid>", or "<pid>" when the worker already ran.
# EXIT_WORKER_ENDED: the worker ended at once. Standard error then has the reason from the worker's log.
#
# The worker holds `worker/lock` as long as it lives. So when two starts run at the same time, only the process that gets the lock becomes the worker.
# Whether the lock is free also shows whether the worker lives.
set -u
umask 077
mark=$1
keys=$(cat)
worker=$2
shift 2
silent=
mkdir -p worker
if ! flock -s -n worker/lock true; then
  if ! worker_silent 2>/dev/null; then
    cat worker/pid
    exit 0
  fi
  # Only the worker itself is killed. Programs that it started carry its mark too, and among them are supervisors of jobs.
  read -r silent <worker/pid
  define_marked
  for pid in $(marked -xF "RINGMASTER_MARK=$mark"); do
    [ "$pid" != "$silent" ] || kill -KILL "$pid"
  done
fi
RINGMASTER_MARK=$mark setsid sh -c "$worker" sh "$@" >/dev/null 2>&1 <<END &
$keys
END
tries=0
while [ $tries -lt 100 ]; do
  # The worker writes its pid just after it has the lock. Until then the file has the pid of an earlier worker, or is not there. The worker beats once its
  # program is loaded. A program that cannot be loaded ends before. On a full disk no beat can be written, so the wait has an end.
  if { read -r pid <worker/pid; } 2>/dev/null && [ "$pid" != "$silent" ] && [ -e "/proc/$pid" ] && ! flock -s -n worker/lock true; then
    if [ -s worker/beat ] || [ $tries -ge 99 ]; then
      echo "started $pid"
      exit 0
    fi
  fi
  tries=$((tries + 1))
  sleep 0.1
done
{ grep -m 1 Error worker/log || tail -n 3 worker/log; } >&2
exit "$EXIT_WORKER_ENDED"
