#!/bin/sh
# The logs of a job: `out` and `err` in its record. The program writes to these files itself, so neither the death of the supervisor nor a slow disk
# blocks it. A log that grows too long loses its middle. Then these files belong to it:
#   out.head      the first part of the log
#   out.last      the last part of what was in `out` when `out` was emptied last
#   out.dropped   the number of bytes that `out` has lost in all: a position in stdout is this number plus a position in `out`
#
# hold_logs OUT ERR   Keeps the logs in this folder within these numbers of bytes. Sets `full` to no when no log was too long.
# log_end LOG BYTES   Prints the end of a log.
# log_after LOG BYTES POSITION   Prints the position of the end of a log in a line, and then the end of what is behind POSITION. A position that the log does
#                     not have counts as 0.
# find_end LOG POSITION   Sets `dropped` and `size`: how many bytes the log has lost, and how many it has. Their sum is the position of its end.
# number VALUE        Sets `number` to the value, or to 0 when the value is no number.

# shellcheck disable=SC2329,SC2034 # a program may use only some of these functions
number() {
  case $1 in
    '' | *[!0-9]*) number=0 ;;
    *) number=$1 ;;
  esac
}

# read_number FILE: sets `number` to the number in the file, or to 0 when there is none.
# shellcheck disable=SC2329
read_number() {
  number=
  # shellcheck disable=SC2094 # the file of that name is only read here
  [ ! -f "$1" ] || read -r number <"$1"
  number "$number"
}

# A cut empties the log first and renames the number afterwards. When the log seems to end before a position that it had, a look came between the two steps,
# or the cut came between the two reads of the look. Otherwise the program has emptied the log itself.
# shellcheck disable=SC2329,SC2034
find_end() {
  read_number "$1.dropped"
  dropped=$number
  size=0
  [ ! -s "$1" ] || size=$(stat -c %s "$1")
  number "$size"
  size=$number
  [ "$2" -gt $((dropped + size)) ] || return 0
  read_number "$1.dropped.n"
  [ "$number" -gt "$dropped" ] || read_number "$1.dropped"
  dropped=$number
}

# The head, the last part and `out` get a quarter of the limit each, and `out` is emptied when its quarter is full. The fourth quarter is for the time
# that the copy takes. The program appends at the end of the log, so it goes on at the beginning of the emptied log. The text that the program writes
# between the copy and the emptying is lost.
# shellcheck disable=SC2329,SC2034
hold_logs() {
  full=no
  long=$(find out err -type f \( -name out -size "+$(($1 / 4096))k" -o -name err -size "+$(($2 / 4096))k" \))
  [ -n "$long" ] || return 0
  full=yes
  case $long in *out*) cut_log out $(($1 / 4)) ;; esac
  case $long in *err*) cut_log err $(($2 / 4)) ;; esac
}

# cut_log LOG BYTES
# shellcheck disable=SC2329
cut_log() {
  read_number "$1.dropped"
  [ -e "$1.head" ] || head -c "$2" "$1" >"$1.head"
  size=$(stat -c %s "$1")
  if tail -c "$2" "$1" >"$1.last.n"; then mv "$1.last.n" "$1.last"; fi
  echo $((number + size)) >"$1.dropped.n"
  : >"$1"
  [ ! -s "$1.dropped.n" ] || mv "$1.dropped.n" "$1.dropped"
  rm -f "$1.last.n"
}

# Nothing is missing between the last part and the log itself.
# shellcheck disable=SC2329
log_end() {
  if [ -r "$1.last" ]; then
    {
      tail -c "$2" "$1.last"
      tail -c "$2" "$1"
    } | tail -c "$2"
  else
    tail -c "$2" "$1"
  fi 2>/dev/null
}

# A log that is cut between two commands prints less than its position says. The bytes are then lost for the reader, as they are for the cut.
# shellcheck disable=SC2329
log_after() {
  number "$3"
  position=$number
  find_end "$1" "$position"
  end=$((dropped + size))
  new=$((end - position))
  [ "$new" -ge 0 ] || new=$end
  [ "$new" -le "$2" ] || new=$2
  echo "$end"
  if [ "$new" -gt "$size" ]; then
    [ ! -r "$1.last" ] || tail -c $((new - size)) "$1.last"
    new=$size
  fi
  [ "$new" -eq 0 ] || tail -c +$((size - new + 1)) "$1" | head -c "$new"
} 2>/dev/null
