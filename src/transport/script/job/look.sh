#!/bin/sh
# Looks at many jobs at once, and renews those that run.
#
# Arguments: seconds to wait first (0: none), then the jobs' folders.
# Standard output:
#   B <bootId>
#   J <folder> absent|running|ended <rc|-> <ended|-> <bytes of out> <n>    one for each job, followed by the last n bytes of `out` and a newline
#   =
#   S <bytes> <path>                                                       one for each output file of the jobs that run (no item's name has a blank)
#
# The wait ends early when a job of this node ends, because the job's supervisor writes to the fifo `bell`. A write to `bell` is lost when no look
# waits, and a node without `timeout` or without room for a fifo has no bell. In these cases the next look waits for the whole time and still sees the
# end. A look tests a job's lock by taking it in shared mode. So two looks at the same time do not take each other for the job.
wait=$1
shift
if [ "$wait" != 0 ]; then
  { [ -p "$BELL_FIFO" ] || {
    rm -f "$BELL_FIFO"
    mkfifo -m 600 "$BELL_FIFO"
  }; } 2>/dev/null
  timeout "$wait" head -c 1 "$BELL_FIFO" >/dev/null 2>&1
  case $? in
    0 | 124) ;; # 124: timeout's own status, the time is over
    *) sleep "$wait" ;;
  esac
fi
read -r boot </proc/sys/kernel/random/boot_id
echo "B $boot"
outputs=
for folder in "$@"; do
  if [ ! -e "$folder/pid" ]; then
    echo "J $folder absent - - 0 0"
    echo
    continue
  fi
  ended=
  rc=
  if [ -e "$folder/rc" ]; then
    state=ended
  elif flock -s -n "$folder/lock" true; then
    state=ended
  else
    state=running
    touch -c "$folder/renew"
    outputs="$outputs $folder/output"
  fi
  # The supervisor may have written `rc` after the first of the two tests above and before the second.
  [ "$state" = ended ] && [ -e "$folder/rc" ] && read -r rc <"$folder/rc"
  [ -e "$folder/ended" ] && read -r ended <"$folder/ended"
  size=0
  [ ! -s "$folder/out" ] || size=$(stat -c %s "$folder/out" 2>/dev/null || echo 0)
  tail=$size
  [ "$tail" -le "$TAIL_BYTES_MAX" ] || tail=$TAIL_BYTES_MAX
  echo "J $folder $state ${rc:--} ${ended:--} $size $tail"
  [ "$tail" -eq 0 ] || tail -c "+$((size - tail + 1))" "$folder/out" | head -c "$tail"
  echo
done
echo '='
# A file whose name has a newline is not counted, because the rest of the name could pass for the line of another file.
newline='
'
# shellcheck disable=SC2086 # one folder a word: no item's name has a blank
[ -z "$outputs" ] || find $outputs -type f ! -path "*$newline*" -exec stat -c 'S %s %n' {} + 2>/dev/null
exit 0
