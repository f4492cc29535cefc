#!/bin/sh
# Starts the node's resident worker unless a worker with the same form already runs. A worker that is silent is killed first. A worker with another form
# gets TERM first and drains.
#
# Arguments: mark, form, the text of worker.sh, path of Node.js, path of the worker's program, its arguments.
# Standard input: the keys of the worker, or nothing. They go to the worker's standard input.
# Standard output: "<why> <pid>". `why` is `runs` when the worker already ran, `started` when none ran, `silent` or `changed` when one was replaced.
# EXIT_WORKER_ENDED: the worker ended at once. Standard error then has the end of its log.
#
# The worker holds `worker/lock` as long as it lives. So when two starts run at the same time, only the process that gets the lock becomes the worker.
# Whether the lock is free also shows whether the worker lives.
set -u
umask 077
mark=$1
form=$2
keys=$(cat)
worker=$3
shift 3
why=started
before=
mkdir -p worker
if ! flock -s -n worker/lock true; then
  running=
  { read -r running <worker/form; } 2>/dev/null
  { read -r before <worker/pid; } 2>/dev/null
  if worker_silent 2>/dev/null; then
    why=silent
    end_worker "$mark" KILL
  elif [ "$running" = "$form" ]; then
    echo "runs $before"
    exit 0
  else
    why=changed
    end_worker "$mark" TERM
  fi
fi
# A here-document would be a file in some shells.
printf '%s\n' "$keys" | RINGMASTER_MARK=$mark setsid sh -c "$worker" sh "$form" "$@" >/dev/null 2>&1 &
tries=0
while [ $tries -lt 100 ]; do
  # The worker writes its pid just after it has the lock. Until then the file has the pid of an earlier worker, or is not there. The worker beats once its
  # program is loaded. A program that cannot be loaded ends before. On a full disk no beat can be written, so the wait has an end.
  if { read -r pid <worker/pid; } 2>/dev/null && [ "$pid" != "$before" ] && [ -e "/proc/$pid" ] && ! flock -s -n worker/lock true; then
    if [ -s worker/beat ] || [ $tries -ge 99 ]; then
      echo "$why $pid"
      exit 0
    fi
  fi
  tries=$((tries + 1))
  sleep 0.1
done
tail -c "$WORKER_LOG_BYTES_READ" worker/log >&2
exit "$EXIT_WORKER_ENDED"
