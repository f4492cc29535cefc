#!/bin/sh
# Prints when a file changed: the seconds since its last change by the node's clock, the boot, the seconds since boot, and a mark that is another one after
# each change.
#
# Argument: the file.
# Exit status: not 0 when there is no such file.
mark=$(stat -c '%Y %i %y' "$1") || exit 1
read -r boot </proc/sys/kernel/random/boot_id
read -r up _ </proc/uptime
echo "$(($(date +%s) - ${mark%% *})) $boot $up $mark"
