#!/bin/sh
# Reports the state of the node itself.
#
# Arguments: the programs that the node must have.
# Standard output: "bootId load1 freeKib worker folderId machineId host path". `freeKib` is the free space of the folder's file system, and is
# no number when df does not print it. `worker` is the form
# of the resident worker that holds its lock, beats and takes calls, `old` when an older release started that worker, `starting` when the worker does not take
# calls yet, and `no` when there is none. `folderId` and `machineId` are "-" when they cannot be read.
# When the worker ended by itself, these lines follow: "<pid> <exit status>", and the end of its log. The status is `-` when it was not recorded, and
# `silent` when the worker hangs.
#
# EXIT_NO_TOOL: the node lacks one of the programs.
#
# Gives the folder an id when it has none. Only the first of several probes at the same time does so, by a hard link.
# Makes the folder of the fences while there is room. On a full disk a folder cannot be made, but a fence can still be made in a folder that exists.
for program; do command -v "$program" >/dev/null || exit "$EXIT_NO_TOOL"; done
[ -d "$FOLDER_FENCES" ] || mkdir -m 700 "$FOLDER_FENCES" 2>/dev/null
id=
{ read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
[ -n "$id" ] || {
  read -r id </proc/sys/kernel/random/uuid
  read -r owner <"$OWNER_FILE"
  { (umask 077 && echo "$id" && echo "$owner") >"$FOLDER_ID_FILE.$$" && ln "$FOLDER_ID_FILE.$$" "$FOLDER_ID_FILE"; } 2>/dev/null
  rm -f "$FOLDER_ID_FILE.$$"
  id=
  { read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
}
machine=
{ read -r machine </etc/machine-id; } 2>/dev/null
read -r host </proc/sys/kernel/hostname
read -r boot </proc/sys/kernel/random/boot_id
read -r load _ </proc/loadavg
# The name of a file system and the path of its mount may have blanks. The free space stands before the capacity, and the capacity before the path.
df=$(df -Pk .)
# shellcheck disable=SC2086 # the text is to be split into its fields
set -- ${df%" /"*}
free=-
if [ $# -gt 1 ]; then
  shift $(($# - 2))
  free=$1
fi
alive=no
ended=
if [ -e worker/lock ]; then
  if flock -s -n worker/lock true 2>/dev/null; then
    [ ! -s worker/pid ] || ended=-
  elif worker_silent 2>/dev/null; then
    ended=silent
  else
    alive=old
    { read -r alive <worker/form && [ ! -e worker/ready ] && alive=starting; } 2>/dev/null
  fi
fi
echo "$boot $load $free $alive ${id:--} ${machine:--} ${host:--} $PWD"
[ -n "$ended" ] || exit 0
read -r pid <worker/pid
recorded() {
  { read -r of status <worker/ended && [ "$of" = "$pid" ]; } 2>/dev/null
}
# The shell of the worker records the exit just after the lock is free.
[ "$ended" = silent ] || { { recorded || { sleep 0.2 && recorded; }; } && ended=$status; }
echo "$pid $ended"
tail -c "$WORKER_LOG_BYTES_READ" worker/log 2>/dev/null
exit 0
