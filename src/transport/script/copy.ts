import { sumTool } from './output.ts';

/** Arguments: dataset digest. Exit 0: that version is current (again). Exit 10: wanted; `incoming` is there. stdout: whether rsync is. */
export const pushTreeBegin = `
umask 077
r=replicas/$1; v=$r/v/$2
mkdir -p "$r/v" || exit 1
if [ -d "$v" ]; then
  [ "$(readlink "$r/current")" = "v/$2" ] || { ln -sfn "v/$2" "$r/.current" && mv -T "$r/.current" "$r/current"; }
  exit 0
fi
mkdir -p "$r/incoming" || exit 1
command -v rsync >/dev/null && echo rsync
exit 10
`;

/** Arguments: dataset digest files versionsKept. stdin: manifest. Verifies, swaps, prunes. Exit 65: a file differs (named on stdout, removed). */
export const pushTreeEnd = `
umask 077
r=replicas/$1; v=$r/v/$2
[ -d "$v" ] && exit 0
cd "$r/incoming" || exit 1
rm -rf .partial
cat >../.manifest || exit 1
bad=$(sha256sum -c --quiet ../.manifest 2>/dev/null | sed -n 's/: FAILED.*//p')
if [ -n "$bad" ]; then echo "$bad" | while IFS= read -r p; do rm -f "$p"; done; echo "$bad"; exit 65; fi
n=$(find . -type f | wc -l)
if [ "$n" -ne "$3" ]; then echo "$n files instead of $3"; cd .. && rm -rf incoming; exit 65; fi
cd ../../.. || exit 1
mv -T "$r/incoming" "$v" || exit 1
touch "$v"
ln -sfn "v/$2" "$r/.current" && mv -T "$r/.current" "$r/current" || exit 1
ls -1t "$r/v" | tail -n "+$(($4 + 1))" | while IFS= read -r old; do [ "$old" = "$2" ] || rm -rf "$r/v/$old"; done
`;

/** Argument: dataset. stdout: "rsync" or "-", then "<bytes> <sha256>  <path>" a file. Files under names that begin with a dot are still arriving. */
export const pullTreeList = `
${sumTool}
if command -v rsync >/dev/null; then echo rsync; else echo -; fi
cd "datasets/$1" 2>/dev/null || exit 66
find . -type f ! -name '.*' -exec stat -c '%s %n' {} + | sed 's|^\\([0-9]*\\) \\./|\\1 |' | sort -k2
echo ==
find . -type f ! -name '.*' -exec sha256sum -- {} + | sed 's|  \\./|  |'
`;

/** Arguments: sha256. Exit 0: there. */
export const blobThere = `umask 077; mkdir -p blobs && [ -e "blobs/$1" ]`;

/** Arguments: sha256. stdin: the bytes ('' when \`blobs/.in.<sha>\` was filled by rsync: second argument). Exit 65: differs. */
export const blobTake = `
umask 077
${sumTool}
mkdir -p blobs
in=blobs/.in.$1
if [ "$2" = stdin ]; then cat >"$in" || exit 1; fi
got=$(sum "$in"); got=\${got%% *}
[ "$got" = "$1" ] || { rm -f "$in"; echo "$got"; exit 65; }
mv -f "$in" "blobs/$1"
`;
