/** A sha256 tool by whatever name the node has it; prints "<hex>  <path>" lines. */
export const sumTool = `
if command -v sha256sum >/dev/null; then sum() { sha256sum -- "$@"; }
elif command -v shasum >/dev/null; then sum() { shasum -a 256 -- "$@"; }
else echo 'no sha256sum or shasum' >&2; exit 68; fi
`;

/** Argument: job folder. stdout: the manifest, NUL, then "<hex>  <path>" of every output file. Exit 66: no manifest. */
export const manifestScript = `
${sumTool}
cd "$1/output" 2>/dev/null || exit 66
[ -f manifest.json ] || exit 66
head -c 262144 manifest.json
printf '\\0'
find . -type f ! -name manifest.json | sed 's|^\\./||' | while IFS= read -r p; do sum "$p"; done
`;

/** Arguments: item epoch (path dataset)*. Hard links, then renames: readers see whole files, a repeat changes nothing. Exit 74: old epoch. */
export const settleScript = `
set -u
umask 077
item=$1; epoch=$2; shift 2
exec 8>"fences/$item.lock"
flock 8
cur=$(cat "fences/$item" 2>/dev/null || echo 0)
[ "$epoch" -lt "$cur" ] && exit 74
while [ $# -gt 0 ]; do
  from=jobs/$item/$epoch/output/$1; to=datasets/$2/$item.$1
  mkdir -p "datasets/$2"
  if [ ! "$from" -ef "$to" ]; then
    rm -f "datasets/$2/.$item.$1"
    ln "$from" "datasets/$2/.$item.$1" && mv -f "datasets/$2/.$item.$1" "$to" || exit 1
  fi
  shift 2
done
`;
