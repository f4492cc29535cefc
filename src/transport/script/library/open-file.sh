#!/bin/sh
#
# Opens files that a program of the user can swap for a named pipe at any moment. An open of a pipe for reading waits for a writer. So a file is opened for
# reading and writing, which never waits, and the type of what is open decides.
#
# open_file FILE      Opens a regular file as descriptor 3. Fails when FILE is none. A file that may not be written is opened for reading, and this shell is
#                     killed when the open waits for 10 s.
# open_files FILE...  Opens at most six regular files as descriptors 3 to 8. Fails when one of them is none, or may not be written.
# sum_open FILE...    Prints a line "<hex>  <path>" for each file that `open_files` opened.
# shellcheck disable=SC2329
open_file() {
  [ -f "$1" ] || return 1
  { [ -w "$1" ] && command exec 3<>"$1"; } 2>/dev/null || open_to_read "$1" || return 1
  [ -f /proc/self/fd/3 ]
}

# shellcheck disable=SC2329
open_to_read() {
  # In a subshell, `$$` is the process of another shell.
  read -r opener _ </proc/self/stat
  guard_open >/dev/null 2>&1 &
  guard=$!
  command exec 3<"$1"
  set -- $?
  kill "$guard"
  return "$1"
}

# shellcheck disable=SC2329
guard_open() {
  # A TERM that comes between the start of a process and its program is lost.
  trap 'kill -KILL "$!"; exit 0' TERM
  RINGMASTER_MARK="${owner:-none}/open/1" sleep 10 &
  wait "$!"
  read -r _ _ _ parent _ </proc/self/stat
  [ "$parent" != "$opener" ] || kill -KILL "$opener"
}

# shellcheck disable=SC2329
open_files() {
  # Some shells do not pass the descriptors on to `sum`, so it opens them by the process of this shell.
  read -r opener _ </proc/self/stat
  number=3
  opened=
  for file; do
    { eval "command exec $number<>\"\$file\""; } 2>/dev/null || return 1
    [ -f "/proc/self/fd/$number" ] || return 1
    opened="$opened /proc/$opener/fd/$number"
    number=$((number + 1))
  done
}

# shellcheck disable=SC2329
sum_open() {
  # shellcheck disable=SC2086 # one path a word
  sums=$(sum $opened) || return 1
  for file; do
    printf '%s  %s\n' "${sums%%[!0-9a-f]*}" "$file"
    sums=${sums#*"/proc/$opener/fd/"?}
    sums=${sums#?}
  done
}
