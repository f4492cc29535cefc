#!/bin/sh
# Reports the state of the node itself.
#
# Standard output: "bootId load1 freeKib workerAlive folderId machineId host path". `freeKib` is the free space of the folder's file system. `workerAlive`
# is yes when a resident worker holds its lock and beats, no otherwise. `folderId` and `machineId` are "-" when they cannot be read.
#
# Gives the folder an id when it has none. Only the first of several probes at the same time does so, by a hard link.
# Makes the folder of the fences while there is room. On a full disk a folder cannot be made, but a fence can still be made in a folder that exists.
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
df=$(df -Pk .)
# shellcheck disable=SC2086 # the second line is to be split into its fields
set -- ${df#*
}
alive=no
[ -e worker/lock ] && ! flock -s -n worker/lock true 2>/dev/null && ! worker_silent 2>/dev/null && alive=yes
echo "$boot $load $4 $alive ${id:--} ${machine:--} ${host:--} $PWD"
