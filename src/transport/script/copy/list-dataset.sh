#!/bin/sh
# Lists a dataset of the node with the checksum of each file.
#
# Argument: dataset.
# Standard output: "rsync" when the node has rsync, "-" otherwise. Then one line "<bytes> <sha256>  <path>" for each file. A file whose name begins
# with a dot is still arriving and is left out.
# EXIT_MISSING: there is no such dataset.
#
# The checksum of a file is kept beside the dataset, together with the size, inode and times that the file had when it was read. The checksum of a
# file younger than 2 s is not kept: times are compared in whole seconds, so a further change within the same second would not be noticed.
umask 077
if command -v rsync >/dev/null; then echo rsync; else echo -; fi
cd "$FOLDER_DATASETS/$1" 2>/dev/null || exit "$EXIT_MISSING"
sums=../.sums.$1
now=$sums.now.$$
new=$sums.new.$$
trap 'rm -f "$now" "$new"' EXIT
touch "$sums"
find . -type f ! -name '.*' -exec stat -c '%s/%i/%Y/%Z %n' {} + >"$now" || exit 1
awk '
  FILENAME == ARGV[1] { i = index($0, " "); known[substr($0, 1, i) substr($0, i + 67)] = 1; next }
  !($0 in known) { print substr($0, index($0, " ") + 1) }
' "$sums" "$now" | sum_lines >"$new"
awk -v recent="$(($(date +%s) - 2))" -v keep="$sums.keep.$$" '
  FILENAME == ARGV[1] { i = index($0, " "); hex[substr($0, 1, i) substr($0, i + 67)] = substr($0, i + 1, 64); next }
  FILENAME == ARGV[2] { fresh[substr($0, 67)] = substr($0, 1, 64); next }
  {
    i = index($0, " "); path = substr($0, i + 1)
    split(substr($0, 1, i - 1), part, "/")
    sum = ($0 in hex) ? hex[$0] : fresh[path]
    if (sum == "") { gone = 1; next }
    print part[1] " " sum "  " substr(path, 3)
    if (part[4] + 0 < recent && part[3] + 0 < recent) print substr($0, 1, i) sum "  " path >keep
  }
  END { exit gone }
' "$sums" "$new" "$now" || {
  echo 'a file went, or could not be read, while the list was made' >&2
  exit 1
}
[ ! -e "$sums.keep.$$" ] || mv -f "$sums.keep.$$" "$sums"
exit 0
