#!/bin/sh
# Lists the output folder of a job that has ended.
#
# Arguments: the job's folder, mark.
# Standard output: manifest.json, NUL, a line "<bytes> <path>" for every other output file, NUL, a line "<hex>  <path>" for each of these files.
# EXIT_MISSING: there is no manifest. EXIT_BUSY: processes of the job do not end. Standard output has their
# pids.
#
# First ends the processes that the program left running: sends TERM, and KILL after one second. Nothing needs these processes, and they could still
# write.
tries=0
find_record "$1"
find_mark "$2"
while :; do
  left=$(marked -xFe "RINGMASTER_MARK=$mark")
  # A process of another user cannot be ended. Its output is checked like any other.
  [ -n "$left" ] || left=$(escaped)
  [ -n "$left" ] || break
  [ "$tries" -lt 100 ] || {
    # shellcheck disable=SC2086 # one pid a word
    echo $left
    exit "$EXIT_BUSY"
  }
  # shellcheck disable=SC2086 # one pid a word
  if [ "$tries" -eq 0 ]; then kill -TERM $left; elif [ "$tries" -ge 20 ]; then kill -KILL $left; fi 2>/dev/null
  tries=$((tries + 1))
  sleep 0.05
done
heal "$FOLDER_JOBS" "${1%/*}" "$1" "$1/output"
cd "$1/output" 2>/dev/null || exit "$EXIT_MISSING"
[ -f manifest.json ] || exit "$EXIT_MISSING"
open_file manifest.json && head -c "$MANIFEST_BYTES_READ" <&3
printf '\0'
# A few plain files need one program for their sizes and one for their checksums. An evaluation leaves only a manifest, and needs none.
newline='
'
plain=yes
set --
for file in * .[!.]* ..?*; do
  { [ "$file" != manifest.json ] && [ -e "$file" ] && [ ! -L "$file" ]; } || continue
  case $file in *"$newline"*) plain=no ;; esac
  if [ -f "$file" ] && [ -w "$file" ] && [ $# -lt 6 ]; then set -- "$@" "./$file"; else plain=no; fi
done
if [ $plain$# = yes0 ]; then
  printf '\0'
elif [ $plain = yes ] && open_files "$@"; then
  stat -c '%s %n' "$@"
  printf '\0'
  sum_open "$@"
else
  # A program may leave files and folders that its own login may not read. A name with a line end would be two lines of the list, and a manifest lists no
  # such name.
  find . -type d ! -perm -500 -exec chmod u+rx {} \; 2>/dev/null
  find . -type f ! -perm -400 -exec chmod u+r {} + 2>/dev/null
  find . -type f ! -path ./manifest.json ! -path "*$newline*" -exec stat -c '%s %n' {} +
  printf '\0'
  find . -type f ! -path ./manifest.json ! -path "*$newline*" | sum_lines
fi
