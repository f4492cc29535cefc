#!/bin/sh
# Verifies the version that is in `incoming`, makes it current and removes old versions.
#
# Arguments: dataset, digest, number of entries that are no folders, number of versions to keep, name of rsync's folders of partial files, "modes" or
# "files" (the manifest does not say which files may be executed).
# Standard input: the manifest (`src/transport/copy/tree/manifest-line.ts`).
# EXIT_DIFFERS: some entries are wrong. They are named on standard output and removed. EXIT_ALREADY_THERE: the node already has the version.
#
# A file is not read again when it is a hard link to a file of the previous version and both manifests list the same checksum for it. The file was
# already verified when the previous version arrived.
umask 077
replica=$FOLDER_REPLICAS/$1
home=$(pwd)
if is_whole "$replica" "$2"; then
  is_current "$replica" "$2" || make_current "$replica" "$2" || exit 1
  remove_tree "$replica/incoming"
  exit "$EXIT_ALREADY_THERE"
fi
cat >"$replica/.manifest" || exit 1
before=$(readlink "$replica/current")
cd "$replica/incoming" || exit 1
find . -type d -name "$5" -prune -exec rm -rf {} +
manifest_before=/dev/null
: >../.had
if [ -n "$before" ] && [ -e "../v/.manifest.${before#v/}" ] && [ ! -e ../.distrust ]; then
  manifest_before=../v/.manifest.${before#v/}
  (cd "../$before" && find . -type f ! -path "$odd_path" -exec stat -c '%i %n' {} +) >../.had
fi
find . ! -path "$odd_path" -exec stat -c '%f %i %n' {} + >../.have || exit 1
: >../.bad
: >../.check
: >../.links
# The first digit of the mode (in hex) is the type: 8 is a file, 4 a folder. The third digit has the owner's right to execute.
awk -v modes="$6" '
  FILENAME == ARGV[1] { had[$0] = 1; next }
  FILENAME == ARGV[2] {
    path = substr($0, length($1) + length($2) + 5)
    type[path] = substr($1, 1, 1)
    runs[path] = index("4567cdef", substr($1, 3, 1)) > 0
    if (($2 " ./" path) in had) linked[path] = 1
    next
  }
  FILENAME == ARGV[3] { sum[substr($0, 1, 64) substr($0, 67)] = 1; next }
  /^\\/ { next }
  {
    mark = substr($0, 66, 1); path = substr($0, 67)
    if (mark == "@") print path >"../.links"
    else if (type[path] != (mark == "/" ? "4" : "8")) print path >"../.bad"
    else if (mark == "/") next
    else if (modes == "modes" && runs[path] != (mark == "*")) print path >"../.bad"
    else if (!(path in linked) || !((substr($0, 1, 64) path) in sum)) print >"../.check"
  }
' ../.had ../.have "$manifest_before" ../.manifest || exit 1
if [ -s ../.check ]; then
  sed 's/^.\{66\}/.\//' ../.check | sum_lines >../.sums || exit 1
  awk '
    FILENAME == ARGV[1] { got[substr($0, 69)] = substr($0, 1, 64); next }
    got[substr($0, 67)] != substr($0, 1, 64) { print substr($0, 67) }
  ' ../.sums ../.check >>../.bad || exit 1
fi
if [ -s ../.links ]; then
  if find . -maxdepth 0 -printf '' 2>/dev/null; then
    find . -type l ! -path "$odd_path" -printf '%P//%l\n'
  else
    # shellcheck disable=SC2016 # the inner shell expands this
    find . -type l ! -path "$odd_path" -exec sh -c 'for link; do printf "%s//%s\n" "${link#./}" "$(readlink "$link")"; done' sh {} +
  fi >../.links.have
  awk '
    FILENAME == ARGV[1] { have[$0] = 1; next }
    !($0 in have) { print substr($0, 1, index($0, "//") - 1) }
  ' ../.links.have ../.links >>../.bad || exit 1
fi
while IFS= read -r path; do rm -rf "./$path"; done <../.bad
# Succeeds when the entry of a line with an odd name is there as the manifest says. Sets `path`.
odd_entry_is_right() {
  hex=${1%% *}
  marked=${1#"$hex "}
  unescape "${marked#?}"
  path=$name
  case $marked in
    @*)
      path=${name%%//*}
      [ "$(readlink "./$path" && echo .)" = "${name#"$path//"}$newline." ]
      ;;
    /*) [ -d "./$path" ] && [ ! -L "./$path" ] ;;
    *)
      [ -f "./$path" ] && [ ! -L "./$path" ] || return 1
      [ "$2" = files ] || case $marked in
        \**) [ -x "./$path" ] ;;
        *) [ ! -x "./$path" ] ;;
      esac || return 1
      [ "$(odd_sum "./$path")" = "$hex" ]
      ;;
  esac
}
sed -n 's/^\\//p' ../.manifest | while IFS= read -r line; do
  odd_entry_is_right "$line" "$6" || {
    escape "$path"
    printf '%s\n' "$escaped" >>../.bad
    rm -rf "./$path"
  }
done
if [ -s ../.bad ]; then
  : >../.distrust
  cat ../.bad
  exit "$EXIT_DIFFERS"
fi
count=$(find . ! -type d -print0 | tr -dc '\000' | wc -c)
if [ "$count" -ne "$3" ]; then
  echo "$count files instead of $3"
  cd .. && remove_tree incoming
  exit "$EXIT_DIFFERS"
fi
cd "$home" || exit 1
rm -f "$replica/.check" "$replica/.had" "$replica/.have" "$replica/.bad" "$replica/.links" "$replica/.links.have" "$replica/.sums"
remove_version "$replica" "$2" || exit 1
mv -f "$replica/.manifest" "$replica/v/.manifest.$2" || exit 1
mv -T "$replica/incoming" "$replica/v/$2" || exit 1
make_current "$replica" "$2" || exit 1
rm -f "$replica/.distrust"
# A version that is newer than the current one is from before the clock was set back, so it counts as the oldest.
find "$replica/v" -mindepth 1 -maxdepth 1 -type d -newer "$replica/v/$2" -exec touch -t 197001020000 {} +
# shellcheck disable=SC2012 # the names are digests, and only ls sorts by time
ls -1t "$replica/v" | tail -n "+$(($4 + 1))" | while IFS= read -r old; do
  [ "$old" = "$2" ] || remove_version "$replica" "$old"
done
# An earlier removal may have been interrupted.
for gone in "$replica"/v/.gone.*; do [ ! -e "$gone" ] || remove_tree "$gone"; done
exit 0
