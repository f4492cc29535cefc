/**
 * One look at many jobs. Arguments: seconds to wait first (0: none), then job folders (`jobs/<item>/<epoch>`). A look renews them.
 * The wait ends early when a job ends here: its supervisor rings `bell`, a fifo. A bell that rings while nobody listens is lost, and a node without
 * `timeout` or room for a fifo has none: then the wait takes its time, and the look sees the end all the same.
 * stdout: "B <bootId>"; a line "J <folder> absent|running|ended <rc|-> <ended|-> <bytes of out> <n>" each, followed by the last n bytes of `out` and a
 * newline; "=", then a line "S <bytes> <path>" for each output file of those that run (no item's name has a space). The probe of a lock is shared, so that
 * two looks at once do not see each other.
 */
export const lookScript = `
wait=$1; shift
if [ "$wait" != 0 ]; then
  { [ -p bell ] || { rm -f bell; mkfifo -m 600 bell; }; } 2>/dev/null
  timeout "$wait" head -c 1 bell >/dev/null 2>&1
  case $? in 0|124) ;; *) sleep "$wait";; esac
fi
read -r b </proc/sys/kernel/random/boot_id
echo "B $b"
live=
for d in "$@"; do
  if [ ! -e "$d/pid" ]; then echo "J $d absent - - 0 0"; echo; continue; fi
  ended=; rc=
  if [ -e "$d/rc" ]; then state=ended
  elif flock -s -n "$d/lock" true; then state=ended
  else state=running; touch -c "$d/renew"; live="$live $d/output"; fi
  [ "$state" = ended ] && [ -e "$d/rc" ] && read -r rc <"$d/rc"
  [ -e "$d/ended" ] && read -r ended <"$d/ended"
  size=0
  [ ! -s "$d/out" ] || size=$(stat -c %s "$d/out" 2>/dev/null || echo 0)
  n=$size; [ "$n" -le 8192 ] || n=8192
  echo "J $d $state \${rc:--} \${ended:--} $size $n"
  [ "$n" -eq 0 ] || tail -c "+$((size - n + 1))" "$d/out" | head -c "$n"
  echo
done
echo =
# A name with a newline could speak for others: it is not counted.
newline='
'
[ -z "$live" ] || find $live -type f ! -path "*$newline*" -exec stat -c 'S %s %n' {} + 2>/dev/null
exit 0
`;
