import { fenceTool } from './fence.ts';
import { markedTool } from './marked.ts';

/** `sum FILE…` prints "<hex>  <path>" lines, by whatever tool the node has. */
export const sumTool = `
if command -v sha256sum >/dev/null; then sum() { sha256sum -- "$@"; }
elif command -v shasum >/dev/null; then sum() { shasum -a 256 -- "$@"; }
elif command -v openssl >/dev/null; then sum() { for p in "$@"; do h=$(openssl dgst -sha256 -r -- "$p") || return 1; echo "\${h%% *}  $p"; done; }
else echo 'sha256sum: not found' >&2; exit 68; fi
`;

/** Hashes the names on stdin, one a line, in batches. */
export const sumLines = `
if command -v sha256sum >/dev/null; then sum_lines() { tr '\\n' '\\0' | xargs -0 -r sha256sum --; }
else sum_lines() { while IFS= read -r p; do sum "$p"; done; }; fi
`;

/**
 * Arguments: job folder, mark. What the program left running when it ended is ended first (TERM, after a second KILL): nobody has a use for it, and it
 * could still write. stdout: the manifest, NUL, "<bytes> <path>" of every output file, NUL, "<hex>  <path>" of each.
 * Exit 66: no manifest, 75: some would not go.
 */
export const manifestScript = `
${sumTool}${sumLines}${markedTool}
tries=0
while left=$(marked -xF "RINGMASTER_MARK=$2") && [ -n "$left" ]; do
  [ "$tries" -lt 100 ] || exit 75
  if [ "$tries" -eq 0 ]; then kill -TERM $left; elif [ "$tries" -ge 20 ]; then kill -KILL $left; fi 2>/dev/null
  tries=$((tries + 1)); sleep 0.05
done
cd "$1/output" 2>/dev/null || exit 66
[ -f manifest.json ] || exit 66
head -c 4194304 manifest.json
printf '\\0'
# A manifest alone, as of an evaluation: that takes no more processes.
only=yes
for f in * .[!.]* ..?*; do [ "$f" = manifest.json ] || [ ! -e "$f" ] || only=no; done
[ "$only" = no ] || { printf '\\0'; exit 0; }
find . -type f ! -path ./manifest.json -exec stat -c '%s %n' {} +
printf '\\0'
find . -type f ! -path ./manifest.json | sum_lines
`;

/** Arguments: item epoch (path dataset)*. Hard links, then renames: readers see whole files, a repeat changes nothing. Exit 74: old epoch, 66: no such output. */
export const settleScript = `
set -u
umask 077
item=$1; epoch=$2; shift 2
${fenceTool}
if [ "$epoch" -lt "$cur" ]; then echo "$cur"; exit 74; fi
while [ $# -gt 0 ]; do
  from=jobs/$item/$epoch/output/$1; to=datasets/$2/$item.$1
  if [ -e "$from" ]; then
    if [ ! "$from" -ef "$to" ]; then
      folder=$(dirname "$to"); name=$(basename "$to")
      mkdir -p "$folder" && ln -f "$from" "$folder/.$name" && mv -f "$folder/.$name" "$to" || exit 1
    fi
  elif [ ! -e "$to" ]; then echo "$1"; exit 66
  fi
  shift 2
done
`;
