#!/bin/sh
# Lists a dataset of the node with the checksum of each file.
#
# Argument: dataset.
# Standard output: "rsync" when the node has rsync, "-" otherwise. Then one line for each entry, also for each folder that is not empty: "<bytes> " and
# the entry's line in a manifest (`src/transport/copy/tree/manifest-line.ts`). "<bytes> !<fault> <path>" names an entry that cannot be carried. Such an
# entry is not opened. A backslash before a line says that the path is escaped.
# The last line is "E". A list without this line is not whole.
# EXIT_MISSING: there is no such dataset.
#
# A file whose name begins with a dot is left out while it changes: a program that writes a file under such a name renames it when it is whole. When
# nothing has changed the file for ARRIVING_SECONDS_MAX, it is a file like any other.
#
# The checksum of a file is kept beside the dataset, together with the size, inode and times that the file had when it was read. The checksum of a
# file younger than 2 s is not kept: times are compared in whole seconds, so a further change within the same second would not be noticed. The checksum
# of a file with an odd or hidden name is never kept.
umask 077
if command -v rsync >/dev/null; then echo rsync; else echo -; fi
cd "$FOLDER_DATASETS/$1" 2>/dev/null || {
  [ -d "$FOLDER_DATASETS/$1" ] || exit "$EXIT_MISSING"
  printf '0 !unreadable .\nE\n'
  exit 0
}
sums=../.sums.$1
now=$sums.now.$$
new=$sums.new.$$
missing=$sums.missing.$$
# A trap of EXIT would replace the trap of the frame around this program, which prints the end line.
leave() {
  rm -f "$now" "$new" "$missing"
  [ "$1" -ne 0 ] || echo E
  exit "$1"
}
no_sum=0000000000000000000000000000000000000000000000000000000000000000
# Prints a line for each file and folder that may not be read, for each folder that may not be entered, and for each path that is too long. `find` and `stat`
# fail on such folders and paths. Hidden files are left out here.
# shellcheck disable=SC2016 # the inner shell expands this
refused_entries() {
  find . \( -type d -o -type f ! -name '.*' \) -exec sh -c "$escape_text"'
    long=$1
    shift
    for path; do
      [ "${#path}" -le "$long" ] || continue
      [ -e "$path" ] || continue
      [ -r "$path" ] && { [ ! -d "$path" ] || [ -x "$path" ]; } || { escape "${path#./}" && printf "%s0 !unreadable %s\n" "\\" "$escaped"; }
    done
  ' sh "$((TREE_PATH_BYTES_MAX + 2))" {} + 2>/dev/null
  find . ! -path "$odd_path" 2>/dev/null | awk -v long="$TREE_PATH_BYTES_MAX" 'length($0) - 2 > long { print "0 !long-path " substr($0, 3) }'
}

touch "$sums"
seconds=$(date +%s)
find . ! -path "$odd_path" ! \( -type f -name '.*' \) -exec stat -c '%s/%i/%Y/%Z %f %n' {} + >"$now" || {
  refused_entries >"$new"
  [ -s "$new" ] || leave 1
  cat "$new"
  leave 0
}
# The first digit of a mode (in hex) is the type: 8 is a file, 4 a folder, a is a link. The third digit has the owner's right to execute.
awk '
  FILENAME == ARGV[1] { i = index($0, " "); known[substr($0, 1, i) substr($0, i + 67)] = 1; next }
  substr($2, 1, 1) == "8" && !(($1 " " substr($0, length($1) + length($2) + 3)) in known) { print substr($0, length($1) + length($2) + 3) }
' "$sums" "$now" | sum_lines >"$new"
awk -v recent="$((seconds - 2))" -v keep="$sums.keep.$$" -v missing="$missing" -v none="$no_sum" -v long="$TREE_PATH_BYTES_MAX" '
  BEGIN { fault["1"] = "fifo"; fault["c"] = "socket"; fault["2"] = "device"; fault["6"] = "device" }
  FILENAME == ARGV[1] { i = index($0, " "); hex[substr($0, 1, i) substr($0, i + 67)] = substr($0, i + 1, 64); next }
  FILENAME == ARGV[2] { fresh[substr($0, 67)] = substr($0, 1, 64); next }
  {
    path = substr($0, length($1) + length($2) + 3); name = substr(path, 3); type = substr($2, 1, 1)
    split($1, part, "/")
    if (path == ".") next
    else if (length(name) > long) print part[1] " !long-path " name
    else if (type in fault) print part[1] " !" fault[type] " " name
    else if (type == "4") print "0 " none " /" name
    else if (type == "8") {
      key = $1 " " path
      sum = (key in hex) ? hex[key] : fresh[path]
      if (sum == "") { print part[1] " " name >missing; next }
      # A file that anyone may execute is executable at home.
      print part[1] " " sum " " (runs($2) ? "*" : " ") name
      if (part[4] + 0 < recent && part[3] + 0 < recent) print $1 " " sum "  " path >keep
    }
  }
  # The fourth digit is 0, 2, 4 or 6 when neither the group nor others may execute.
  function runs(mode) { return index("4567cdef", substr(mode, 3, 1)) > 0 || index("0246", substr(mode, 4, 1)) == 0 }
' "$sums" "$new" "$now" || leave 1
# Prints the line of a file without a checksum when the file may not be read. Otherwise the file went, or the disk is broken.
# without_sum BYTES PATH
without_sum() {
  { [ -e "./$2" ] && [ ! -r "./$2" ]; } || {
    echo 'a file went, or could not be read, while the list was made' >&2
    leave 1
  }
  escape "$2"
  printf '\\%s !unreadable %s\n' "$1" "$escaped"
}
if [ -e "$missing" ]; then
  while IFS= read -r line; do without_sum "${line%% *}" "${line#* }"; done <"$missing"
fi
[ ! -e "$sums.keep.$$" ] || mv -f "$sums.keep.$$" "$sums"
# The other entries are links, whose targets may be odd, entries with odd names, and hidden files, which may go at any moment.
[ -n "$(find . \( -path "$odd_path" -o -type l -o -type f -name '.*' \) | head -n 1)" ] || leave 0
arriving_seconds=$ARRIVING_SECONDS_MAX
arriving=$((seconds - arriving_seconds))
if find . -maxdepth 0 -printf '' 2>/dev/null; then
  find . -type l ! -path "$odd_path" ! -lname "$odd_path" -printf "0 $no_sum @%P//%l\n"
  find_odd -type l \( -path "$odd_path" -o -lname "$odd_path" \)
else
  find_odd -type l
fi >"$new"
find_odd ! -type l \( -path "$odd_path" -o -type f -name '.*' \) >>"$new"
while IFS= read -r line; do
  case $line in
    "0 $no_sum @"*)
      printf '%s\n' "$line"
      continue
      ;;
  esac
  unescape "$line"
  path=$name
  escape "$path"
  slash=\\
  hidden=no
  case ${path##*/} in .*) hidden=yes ;; esac
  stats=$(stat -c '%Y %s %f' "./$path") || {
    [ "$hidden" = no ] || continue
    leave 1
  }
  changed=${stats%% *}
  stats=${stats#* }
  bytes=${stats% *}
  if [ "${#path}" -gt "$TREE_PATH_BYTES_MAX" ]; then
    printf '%s\n' "$slash$bytes !long-path $escaped"
    continue
  fi
  case ${stats#* } in
    a*)
      target=$(readlink "./$path" && echo .)
      escape "$path//${target%"$newline".}"
      printf '%s\n' "$slash""0 $no_sum @$escaped"
      ;;
    4*) printf '%s\n' "$slash""0 $no_sum /$escaped" ;;
    8*)
      [ "$hidden" = no ] || [ "$changed" -le "$arriving" ] || continue
      hex=$(odd_sum "./$path") || {
        without_sum "$bytes" "$path"
        continue
      }
      mark=' '
      [ -z "$(find "./$path" -prune \( -perm -100 -o -perm -010 -o -perm -001 \))" ] || mark='*'
      printf '%s\n' "$slash$bytes $hex $mark$escaped"
      ;;
    1*) printf '%s\n' "$slash$bytes !fifo $escaped" ;;
    c*) printf '%s\n' "$slash$bytes !socket $escaped" ;;
    *) printf '%s\n' "$slash$bytes !device $escaped" ;;
  esac
done <"$new"
leave 0
