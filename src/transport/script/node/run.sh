#!/bin/sh
# Runs a program with a mark by which kill-marked.sh finds it.
#
# Arguments: folder to run in (empty: the node's), mark, number of lines of the environment, program, its arguments.
# Standard input: the environment as text for a shell, then the program's standard input.
[ -z "$1" ] || cd "$1" || exit 1
export RINGMASTER_MARK="$2"
# The program has the locale of the login, and not the one of our programs.
if [ -n "$login_locale" ]; then LC_ALL=$login_locale; else unset LC_ALL; fi
[ -z "$login_language" ] || export LANGUAGE="$login_language"
lines=$3
shift 3
if [ "$lines" != 0 ]; then
  text=$(read_lines "$lines") || exit 1
  eval "$text"
fi
"$@"
