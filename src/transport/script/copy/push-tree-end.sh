#!/bin/sh
# Verifies the version that is in `incoming`, makes it current and removes old versions.
#
# Arguments: dataset, digest, number of files, number of versions to keep.
# Standard input: the manifest, one line "<hex>  <path>" for each file.
# EXIT_DIFFERS: some files are wrong. These files are named on standard output and removed. EXIT_ALREADY_THERE: the node already has the version.
#
# A file is not read again when it is a hard link to a file of the previous version and both manifests list the same checksum for it. The file was
# already verified when the previous version arrived.
umask 077
replica=$FOLDER_REPLICAS/$1
version=$replica/v/$2
home=$(pwd)
if [ -d "$version" ]; then
  is_current "$replica" "$2" || make_current "$replica" "$2" || exit 1
  rm -rf "$replica/incoming"
  exit "$EXIT_ALREADY_THERE"
fi
cat >"$replica/.manifest" || exit 1
before=$(readlink "$replica/current")
cd "$replica/incoming" || exit 1
find . -type d -name .partial -prune -exec rm -rf {} +
check=../.manifest
if [ -n "$before" ] && [ -e "../v/.manifest.${before#v/}" ] && [ ! -e ../.distrust ]; then
  check=../.check
  (cd "../$before" && find . -type f -exec stat -c '%i %n' {} +) >../.had
  find . -type f -exec stat -c '%i %n' {} + >../.have
  awk '
    FILENAME == ARGV[1] { had[$0] = 1; next }
    FILENAME == ARGV[2] { if ($0 in had) kept[substr($0, index($0, " ") + 3)] = 1; next }
    FILENAME == ARGV[3] { sum[$0] = 1; next }
    !($0 in sum) || !(substr($0, 67) in kept)
  ' ../.had ../.have "../v/.manifest.${before#v/}" ../.manifest >$check || exit 1
fi
if [ ! -s $check ]; then
  bad=
elif command -v sha256sum >/dev/null; then
  report=$(sha256sum -c $check 2>/dev/null)
  status=$?
  bad=$(printf '%s\n' "$report" | sed -n 's/: FAILED.*//p')
  # sha256sum failed without naming a file, so it was cut off, and nothing is known about the files.
  [ "$status" -eq 0 ] || [ -n "$bad" ] || {
    echo "sha256sum ended with $status" >&2
    exit 1
  }
else
  bad=$(while read -r want path; do
    got=$(sum "$path" 2>/dev/null)
    [ "${got%% *}" = "$want" ] || echo "$path"
  done <$check)
fi
if [ -n "$bad" ]; then
  : >../.distrust
  echo "$bad" | while IFS= read -r path; do rm -f "$path"; done
  echo "$bad"
  exit "$EXIT_DIFFERS"
fi
count=$(find . -type f | wc -l)
if [ "$count" -ne "$3" ]; then
  echo "$count files instead of $3"
  cd .. && rm -rf incoming
  exit "$EXIT_DIFFERS"
fi
cd "$home" || exit 1
rm -f "$replica/.check" "$replica/.had" "$replica/.have"
mv -f "$replica/.manifest" "$replica/v/.manifest.$2" || exit 1
mv -T "$replica/incoming" "$version" || exit 1
make_current "$replica" "$2" || exit 1
rm -f "$replica/.distrust"
# shellcheck disable=SC2012 # the names are digests, and only ls sorts by time
ls -1t "$replica/v" | tail -n "+$(($4 + 1))" | while IFS= read -r old; do
  [ "$old" = "$2" ] || rm -rf "$replica/v/$old" "$replica/v/.manifest.$old"
done
exit 0
