import { sumLines, sumTool } from './output.ts';

/**
 * Arguments: dataset digest. Exit 0: that version is current (again). Exit 10: wanted; `incoming` is there.
 * stdout: "rsync" when the node has it, "distrust" when the last try arrived wrong: then nothing is taken over from `current`.
 */
export const pushTreeBegin = `
umask 077
r=replicas/$1; v=$r/v/$2
mkdir -p "$r/v" || exit 1
if [ -n "$2" ] && [ -d "$v" ]; then
  [ "$(readlink "$r/current")" = "v/$2" ] || { touch "$v"; ln -sfn "v/$2" "$r/.current" && mv -T "$r/.current" "$r/current"; } || exit 1
  exit 0
fi
mkdir -p "$r/incoming" || exit 1
if command -v rsync >/dev/null; then echo rsync; fi
if [ -e "$r/.distrust" ]; then echo distrust; fi
exit 10
`;

/**
 * Arguments: dataset digest files versionsKept. stdin: manifest. Verifies, swaps, prunes. A file that is the same inode as in the version before, with
 * the same sum in both manifests, was verified when it came: it is not read again.
 * Exit 65: a file differs (named on stdout, removed); 11: that version is there already.
 */
export const pushTreeEnd = `
umask 077
${sumTool}
r=replicas/$1; v=$r/v/$2; home=$(pwd)
if [ -d "$v" ]; then
  [ "$(readlink "$r/current")" = "v/$2" ] || { touch "$v"; ln -sfn "v/$2" "$r/.current" && mv -T "$r/.current" "$r/current"; } || exit 1
  rm -rf "$r/incoming"
  exit 11
fi
cat >"$r/.manifest" || exit 1
before=$(readlink "$r/current")
cd "$r/incoming" || exit 1
find . -type d -name .partial -prune -exec rm -rf {} +
check=../.manifest
if [ -n "$before" ] && [ -e "../v/.manifest.\${before#v/}" ] && [ ! -e ../.distrust ]; then
  check=../.check
  (cd "../$before" && find . -type f -exec stat -c '%i %n' {} +) >../.had
  find . -type f -exec stat -c '%i %n' {} + >../.have
  awk '
    FILENAME == ARGV[1] { had[$0] = 1; next }
    FILENAME == ARGV[2] { if ($0 in had) kept[substr($0, index($0, " ") + 3)] = 1; next }
    FILENAME == ARGV[3] { sum[$0] = 1; next }
    !($0 in sum) || !(substr($0, 67) in kept)
  ' ../.had ../.have "../v/.manifest.\${before#v/}" ../.manifest >$check || exit 1
fi
if [ ! -s $check ]; then bad=
elif command -v sha256sum >/dev/null; then
  said=$(sha256sum -c $check 2>/dev/null); rc=$?
  bad=$(printf '%s\\n' "$said" | sed -n 's/: FAILED.*//p')
  # It was cut off: nothing is known.
  [ "$rc" -eq 0 ] || [ -n "$bad" ] || { echo "sha256sum ended with $rc" >&2; exit 1; }
else bad=$(while read -r want p; do got=$(sum "$p" 2>/dev/null); [ "\${got%% *}" = "$want" ] || echo "$p"; done <$check); fi
if [ -n "$bad" ]; then
  : >../.distrust
  echo "$bad" | while IFS= read -r p; do rm -f "$p"; done
  echo "$bad"; exit 65
fi
n=$(find . -type f | wc -l)
if [ "$n" -ne "$3" ]; then echo "$n files instead of $3"; cd .. && rm -rf incoming; exit 65; fi
cd "$home" || exit 1
rm -f "$r/.check" "$r/.had" "$r/.have"
mv -f "$r/.manifest" "$r/v/.manifest.$2" || exit 1
mv -T "$r/incoming" "$v" || exit 1
touch "$v"
ln -sfn "v/$2" "$r/.current" && mv -T "$r/.current" "$r/current" || exit 1
rm -f "$r/.distrust"
ls -1t "$r/v" | tail -n "+$(($4 + 1))" | while IFS= read -r old; do [ "$old" = "$2" ] || rm -rf "$r/v/$old" "$r/v/.manifest.$old"; done
exit 0
`;

/**
 * Argument: dataset. stdout: "rsync" or "-", then "<bytes> <sha256>  <path>" a file. Files whose name begins with a dot are still arriving.
 * Sums are kept beside the dataset under size, inode and times; a file younger than 2 s is read again, it may still be of the same second.
 */
export const pullTreeList = `
umask 077
${sumTool}${sumLines}
if command -v rsync >/dev/null; then echo rsync; else echo -; fi
cd "datasets/$1" 2>/dev/null || exit 66
sums=../.sums.$1; now=$sums.now.$$; new=$sums.new.$$
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
' "$sums" "$new" "$now" || { echo 'a file went, or could not be read, while the list was made' >&2; exit 1; }
[ ! -e "$sums.keep.$$" ] || mv -f "$sums.keep.$$" "$sums"
exit 0
`;

/** Arguments: sha256. Exit 0: there. stdout: "rsync" when the node has it. */
export const blobThere = `umask 077; mkdir -p blobs && [ -e "blobs/$1" ] && { touch -c "blobs/$1"; exit 0; }; if command -v rsync >/dev/null; then echo rsync; fi; exit 10`;

/** Arguments: sha256, "stdin" (the bytes) or "file" (\`blobs/.in.<sha>\` is filled already). Exit 65: differs. Read only, as jobs link to it. */
export const blobTake = `
umask 077
${sumTool}
in=blobs/.in.$1
if [ "$2" = stdin ]; then mkdir -p blobs && rm -f "$in" && cat >"$in" || exit 1; fi
got=$(sum "$in"); got=\${got%% *}
[ "$got" = "$1" ] || { rm -f "$in"; echo "$got"; exit 65; }
chmod 400 "$in" && mv -f "$in" "blobs/$1"
`;

/** Arguments: path bytesMax. The file, when it is no larger; exit 10: it is (stdout: "rsync" when the node has it), 66: not there. */
export const outputSmall = `
[ -f "$1" ] || exit 66
if [ "$(stat -c %s "$1")" -le "$2" ]; then cat "$1"; exit $?; fi
if command -v rsync >/dev/null; then echo rsync; fi
exit 10
`;
