#!/bin/sh
# Whether the node's resident worker is silent. A worker that hangs or is stopped (SIGSTOP) still holds its lock.
#
# worker_silent   Succeeds when the worker has written no beat for WORKER_SILENT_SECONDS_MAX. A beat is the seconds since boot, so the node's clock does
#                 not matter. A worker without a beat cannot be judged: it is starting, the disk is full, or an older release started it.
worker_silent() {
  # shellcheck disable=SC2094 # the file of that name is only read here
  [ -s worker/beat ] && read -r beat <worker/beat && read -r up _ </proc/uptime && [ $((${up%.*} - beat)) -gt "$WORKER_SILENT_SECONDS_MAX" ]
}
