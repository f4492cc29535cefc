#!/bin/sh
# Reports the state of the node itself.
#
# Standard output: "bootId load1 freeKib workerAlive". `freeKib` is the free space of the folder's file system. `workerAlive` is yes when a resident
# worker holds its lock and beats, no otherwise.
#
# Makes the folder of the fences while there is room. On a full disk a folder cannot be made, but a fence can still be made in a folder that exists.
[ -d "$FOLDER_FENCES" ] || mkdir -m 700 "$FOLDER_FENCES" 2>/dev/null
read -r boot </proc/sys/kernel/random/boot_id
read -r load _ </proc/loadavg
df=$(df -Pk .)
# shellcheck disable=SC2086 # the second line is to be split into its fields
set -- ${df#*
}
alive=no
[ -e worker/lock ] && ! flock -s -n worker/lock true 2>/dev/null && ! worker_silent 2>/dev/null && alive=yes
echo "$boot $load $4 $alive"
