#!/bin/sh
# Looks at many jobs at once, and renews those that run.
#
# Arguments: seconds to wait first (0: none), the number of bytes of the end of each log of a job that has ended, then for each job: its folder, its
# mark, the number of bytes of its stdout that were read before.
# Standard output:
#   B <bootId> <seconds since boot>
#   J <folder> <state> <rc|-> <ended|-> <bytes of stdout> <position>   one for each job. The text begins at <position>: one byte before the new text, or
#                                                                      later, when the log has lost its middle.
#   O                                                                  the end of the stdout of a job that has ended follows; it is left out when the
#                                                                      text has the whole stdout
#   R                                                                  the end of the stderr of a job that has ended follows
#   .                                                                  the end of a part of the job's text
#   =
#   C <folder>                                                         the outputs of this running job are not counted on this look
#   S <bytes> <folder>                                                 the size of the outputs of a running job
#   E
# A state is absent, running or ended. No J line: this look cannot say whether the job runs.
#
# The text of a job follows its J line: the lines of stdout from <position> on, each after a blank. A part ends with a point: the last line of stdout
# has no newline yet when the point is on the line of the text. When too much is new, the middle is left out, and a line "> <position>" begins the
# second part. No length is announced, because the job's files can grow, shrink and vanish while they are read. A line that the program wrote begins
# with a blank, so it cannot pass for a line of ours.
#
# The wait ends early when a job of this node ends, because the job's supervisor writes to the fifo `bell`. A write to `bell` is lost when no look
# waits, and a node without `timeout` or without room for a fifo has no bell. In these cases the next look waits for the whole time and still sees the
# end. A look tests a job's lock by taking it in shared mode. So two looks at the same time do not take each other for the job. A fifo in place of a
# file of ours is never opened, because the look at all jobs would then wait for a writer.
wait=$1
end_bytes=$2
shift 2
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

# Succeeds when a process has the mark of the job.
is_marked() {
  [ -n "$(marked -xFe "RINGMASTER_MARK=$1")" ]
}

# Succeeds when the end of the job is recorded.
has_rc() { [ -f "$record/rc" ] && [ -s "$record/rc" ]; }

# Sets `state`. A job without a record is absent only when no process of the job lives: another program of the same user may have removed the record.
# The record is there before the job starts, and `lock` before its pid.
find_state() {
  if has_rc; then
    state=ended
    return
  fi
  lock_state
  if [ -s "$record/pid" ] && [ "$locked" = no ]; then
    state=ended
  elif [ -s "$record/pid" ] && [ "$locked" = yes ]; then
    state=running
  elif is_marked "$1"; then
    state=running
  elif [ -s "$record/pid" ] && [ -e "$record/lock" ]; then
    state=unknown
  elif [ -s "$record/pid" ]; then
    state=ended
  else
    state=absent
  fi
}

# print_text FIRST BYTES: prints a part of stdout. FIRST is the position in the file, and the first byte has the position 1.
print_text() {
  # This log does not grow any more, so one program can print it.
  if [ "$state" = ended ] && [ "$1" -eq 1 ] && [ "$size" -le "$2" ]; then
    sed 's/^/ /' "$record/out" 2>/dev/null
    echo .
    return
  fi
  tail -c "+$1" "$record/out" 2>/dev/null | head -c "$2" | sed 's/^/ /'
  echo .
}

read -r boot </proc/sys/kernel/random/boot_id
read -r now _ </proc/uptime
echo "B $boot $now"
now=${now%.*}
text_max=$LOOK_TEXT_BYTES_MAX
text_max=$((text_max * 3 / $#))
[ "$text_max" -le "$TEXT_BYTES_MAX" ] || text_max=$TEXT_BYTES_MAX
heal "$FOLDER_RECORDS"
counted=
skipped=
while [ $# -gt 0 ]; do
  folder=$1
  mark=$2
  before=$3
  shift 3
  record=$FOLDER_RECORDS/${folder#"$FOLDER_JOBS/"}
  heal "${record%/*}" "$record"
  find_record "$folder"
  find_mark "$mark"
  ended=
  rc=
  find_state "$mark"
  [ "$state" != unknown ] || continue
  if [ "$state" = running ]; then
    touch -c "$record/renew"
    last=
    wait=
    # shellcheck disable=SC2094 # the file of that name is only read here
    [ ! -f "$record/counted" ] || read -r last wait <"$record/counted"
    number "$wait"
    wait=$number
    number "$last"
    last=$number
    # Summing many files costs the node more than the files of a job in motion are worth, so a job with many files is counted less often.
    if [ ! -s "$record/pid" ] || { [ "$last" -le "$now" ] && [ $((now - last)) -lt "$wait" ]; }; then
      skipped="$skipped $folder"
    else
      counted="$counted $folder/output"
    fi
  fi
  # The supervisor may have written `rc` after the first of the tests above and before the second.
  [ "$state" = ended ] && has_rc && read -r rc <"$record/rc"
  [ -f "$record/ended" ] && read -r ended <"$record/ended"
  find_end "$record/out" "$before" 2>/dev/null
  # The log is shorter than before when the program has truncated it.
  [ "$before" -le $((dropped + size)) ] || before=0
  from=$((before - dropped))
  [ "$from" -ge 0 ] || from=0
  # The byte before new text shows whether the text begins a line. A look that was cut in the middle of a long line is followed by the rest of the line.
  [ "$from" -eq 0 ] || [ "$size" -le "$from" ] || from=$((from - 1))
  echo "J $folder $state ${rc:--} ${ended:--} $((dropped + size)) $((dropped + from))"
  if [ $((size - from)) -le "$text_max" ]; then
    [ "$size" -le "$from" ] || print_text $((from + 1)) "$text_max"
  else
    print_text $((from + 1)) $((text_max / 2))
    from=$((size - text_max / 2))
    echo "> $((dropped + from))"
    print_text $((from + 1)) $((text_max / 2))
  fi
  [ "$state" = ended ] || continue
  for log in out err; do
    # The whole stdout is short, and it was printed above.
    [ "$log$before" != out0 ] || [ "$dropped" -ne 0 ] || [ "$size" -gt "$end_bytes" ] || continue
    [ -s "$record/$log" ] || [ -s "$record/$log.last" ] || continue
    if [ "$log" = out ]; then echo O; else echo R; fi
    log_end "$record/$log" "$end_bytes" | sed 's/^/ /'
    echo .
  done
done
echo '='
for folder in $skipped; do echo "C $folder"; done
# A file whose name has a newline is not counted, because the rest of the name could pass for the line of another file.
newline='
'
# shellcheck disable=SC2086 # one folder a word: no item's name has a blank
[ -z "$counted" ] || find $counted -type f ! -path "*$newline*" -exec stat -c '%s %n' {} + 2>/dev/null | awk '
  {
    bytes = $1
    sub(/^[0-9]+ /, "")
    split($0, part, "/")
    folder = part[1] "/" part[2] "/" part[3]
    sum[folder] += bytes
    files[folder] += 1
  }
  END { for (folder in sum) printf "S %.0f %s %d\n", sum[folder], folder, files[folder] }
' | while read -r tag bytes folder files; do
  echo "$tag $bytes $folder"
  [ "$files" -lt "$FILES_A_SECOND_MAX" ] || {
    find_record "$folder"
    wait=$FILES_A_SECOND_MAX
    wait=$((files / wait))
    [ "$wait" -le 60 ] || wait=60
    echo "$now $wait" >"$record/counted"
  }
done
echo E
exit 0
