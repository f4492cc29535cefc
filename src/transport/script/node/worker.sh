#!/bin/sh
# Runs the node's resident worker and records its end. The worker holds the lock; this shell does not. Gives up when another worker still holds the lock
# after 5 seconds.
#
# Arguments: form of the worker, path of Node.js, path of the worker's program, its arguments.
# Standard input: that of the worker.
exec 9>worker/lock
flock -w 5 9 || exit 0
echo "$1" >worker/form || exit 1
rm -f worker/beat worker/ready
node=$2
shift 2
# The log of the worker before stays beside the new one, because it may have the reason of an end.
[ ! -e worker/log ] || mv -f worker/log worker/log.before
# A shell gives a program in the background /dev/null as its standard input.
exec 3<&0
"$node" --enable-source-maps "$@" <&3 3<&- >>worker/log 2>&1 &
pid=$!
echo "$pid" >worker/pid
exec 3<&- 9>&-
wait "$pid"
# A line has the pid, because the next worker can already run.
echo "$pid $?" >worker/ended
