#!/bin/sh
# Ends the node's resident worker. Jobs go on.
#
# Argument: the mark of the worker.
[ ! -e worker/lock ] || flock -s -n worker/lock true || end_worker "$1" TERM
