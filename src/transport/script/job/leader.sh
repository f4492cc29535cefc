#!/bin/sh
# Runs the job's program in place of itself, as the leader of a session and process group. The supervisor starts this program in the job's record.
#
# Arguments: the job's folder, then NAME=VALUE... program argument...
# Descriptor 3 receives the line "pid startTicks bootId" as soon as the pid file has the same line.
set_ticks() { ticks=${20}; }
read -r line </proc/$$/stat
# shellcheck disable=SC2086 # the line is to be split into its fields
set_ticks ${line##*) }
read -r boot </proc/sys/kernel/random/boot_id
echo "$$ $ticks $boot" >pid || exit "$EXIT_LEADER_FAILED"
# A subshell writes the line "pid startTicks bootId" to descriptor 3. When the connection is lost, SIGPIPE ends the subshell and not the job's
# program.
(echo "$$ $ticks $boot" >&3)
# Every descendant of the program inherits this limit, and is found by it. Linux does not enforce the limit. A smaller limit of the login stays.
read -r line </proc/sys/kernel/random/uuid
tag=${line#*-}
tag=$((0x4000000000000 + 0x${line%%-*}${tag%%-*}))
# shellcheck disable=SC3045 # a shell without this option gives no limit
if [ -r /proc/$$/limits ] && ulimit -m "$tag" && [ "$(ulimit -m)" = "$tag" ]; then echo "$((tag * 1024))" >tag; fi 2>/dev/null
unset line ticks boot tag
# The program has the locale of the login, and not the one of our programs.
LC_ALL=${RINGMASTER_LOCALE%%|*}
[ -n "$LC_ALL" ] || unset LC_ALL
LANGUAGE=${RINGMASTER_LOCALE#*|}
if [ -n "$LANGUAGE" ]; then export LANGUAGE; else unset LANGUAGE; fi
unset RINGMASTER_LOCALE
# The file has the job's variables, which may be secret. It goes as soon as it is read.
if [ -e env ]; then
  # shellcheck source=/dev/null # the file is made for each job
  . ./env
  rm -f env
fi
cd "$1" || exit "$EXIT_LEADER_NO_FOLDER"
shift
# A shell without job control starts background programs with INT and QUIT ignored. Only some versions of env can make a program receive them again.
env --default-signal=INT,QUIT >/dev/null 2>&1 && exec env --default-signal=INT,QUIT "$@" 3>&- 8>&-
exec env "$@" 3>&- 8>&-
