#!/bin/sh
# Sends KILL to the processes that a command left running. Exit status 1: some of them still live after one second.
#
# Argument: the mark of the command.
tries=0
while [ $tries -lt 20 ]; do
  pids=$(marked -xFe "RINGMASTER_MARK=$1")
  [ -n "$pids" ] || exit 0
  # shellcheck disable=SC2086 # one pid a word
  kill -KILL $pids 2>/dev/null
  tries=$((tries + 1))
  sleep 0.05
done
exit 1
