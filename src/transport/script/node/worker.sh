#!/bin/sh
# Runs the node's resident worker in place of itself. The worker inherits the lock. Gives up when another worker still holds the lock after 5 seconds.
#
# Arguments: path of Node.js, path of the worker's program, its arguments.
exec 9>worker/lock
flock -w 5 9 || exit 0
echo $$ >worker/pid
rm -f worker/beat
node=$1
shift
exec "$node" --enable-source-maps "$@" >worker/log 2>&1
