#!/bin/sh
# Runs a program in place of itself, with a mark by which kill-marked.sh finds it.
#
# Arguments: folder to run in (empty: the node's), mark, program, its arguments.
[ -z "$1" ] || cd "$1" || exit 1
export RINGMASTER_MARK="$2"
shift 2
exec "$@"
