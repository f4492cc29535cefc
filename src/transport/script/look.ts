/**
 * One look at many jobs. Arguments: job folders (`jobs/<item>/<epoch>`). A look renews them.
 * stdout: "B <bootId>", a line "J <folder> absent|running|ended <rc|-> <ended|->" each, then "S <bytes> <path>" lines, then the last part of each
 * `out` under a heading "==> <path> <==" (tail -v).
 */
export const lookScript = `
read -r b </proc/sys/kernel/random/boot_id
echo "B $b"
outs=
for d in "$@"; do
  if [ ! -e "$d/pid" ]; then echo "J $d absent - -"; continue; fi
  ended=-; rc=-
  if [ -e "$d/rc" ]; then read -r rc <"$d/rc"; state=ended
  elif flock -n "$d/lock" true 2>/dev/null; then
    state=ended
    [ -e "$d/rc" ] && read -r rc <"$d/rc"
  else state=running; touch -c "$d/renew"; fi
  [ -e "$d/ended" ] && read -r ended <"$d/ended"
  echo "J $d $state $rc $ended"
done
for d in "$@"; do
  [ -e "$d/out" ] && stat -c 'S %s %n' "$d/out" "$d"/output/* "$d"/output/*/* 2>/dev/null
done
for d in "$@"; do
  [ -e "$d/out" ] || continue
  echo "==> $d/out <=="
  tail -c 2100 "$d/out"
  echo
done
exit 0
`;
