#!/bin/sh
# Reports the state of the node itself.
#
# Standard output: "bootId load1 freeKib workerAlive": free space of the folder's file system, and whether a resident worker holds its lock (yes or no).
#
# Makes the folder of the fences while there is room: on a full disk a folder cannot be made, but a fence can still be set in one.
[ -d "$FOLDER_FENCES" ] || mkdir -m 700 "$FOLDER_FENCES" 2>/dev/null
read -r boot </proc/sys/kernel/random/boot_id
read -r load _ </proc/loadavg
df=$(df -Pk .)
# shellcheck disable=SC2086 # the second line is to be split into its fields
set -- ${df#*
}
alive=no
[ -e worker/lock ] && ! flock -s -n worker/lock true 2>/dev/null && alive=yes
echo "$boot $load $4 $alive"
