/**
 * Starts a job once. Arguments: item epoch mark selfFenceSeconds n-inputs (name sha256)* cwd-relative payload, then NAME=VALUE… program arguments….
 * stdin: request.json. Run in the node's folder.
 *
 * One lock (`fences/<item>.lock`) covers comparing the fence, mkdir and the start up to the written pid file; the new processes inherit it until the
 * pid file is there. So whoever gets the lock and finds a folder without a pid file knows that nobody is starting in it: the half-made folder goes.
 *
 * Two sessions: a supervisor shell that waits and records `rc` atomically, and the job in a session and group of its own, so that killing the group
 * still leaves a record. Both hold `lock` (inherited): lock held = alive.
 * Exit: 0 started, 73 there already, 74 old epoch, 69 the program cannot be found, 72 an input is missing. stdout: "pid startTicks bootId".
 */
const job = `
f() { s=\${20}; }
read -r l </proc/$$/stat
f \${l##*) }
read -r b </proc/sys/kernel/random/boot_id
echo "$$ $s $b" >pid.n && mv pid.n pid
(cat pid >&3)
unset f s l b
cd "$1" || exit 126
shift
exec env "$@" 3>&- 8>&-
`;

const supervisor = `
fence=$1; mark=$2; J=$3; shift 3
exec 9>lock
flock 9
RINGMASTER_MARK=$mark setsid sh -c "$J" sh "$@" >out 2>err </dev/null &
j=$!
exec 3>&- 8>&- >/dev/null 2>&1
if [ "$fence" -gt 0 ]; then
  (
    exec 9>&-
    while kill -0 "$j" 2>/dev/null; do
      sleep 1
      now=$(date +%s); at=$(stat -c %Y renew 2>/dev/null || echo "$now")
      [ $((now - at)) -gt "$fence" ] || continue
      kill -0 "$j" 2>/dev/null || break
      echo self-fence >ended.n && mv ended.n ended
      kill -KILL "-$j"
      for e in $(grep -lzxF "RINGMASTER_MARK=$mark" /proc/[0-9]*/environ 2>/dev/null); do e=\${e#/proc/}; kill -KILL "\${e%/environ}"; done
      break
    done
  ) &
  w=$!
fi
wait "$j"
echo $? >rc.n && mv rc.n rc
[ -z "\${w:-}" ] || kill "$w"
exit 0
`;

const q = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const startScript = `
set -u
umask 077
item=$1; epoch=$2; mark=$3; fence=$4; inputs=$5; shift 5
D=jobs/$item/$epoch
mkdir -p fences "jobs/$item" blobs datasets replicas
exec 8>"fences/$item.lock"
flock 8
cur=$(cat "fences/$item" 2>/dev/null || echo 0)
if [ "$epoch" -lt "$cur" ]; then echo "$cur"; exit 74; fi
if [ -e "$D/pid" ]; then cat "$D/pid"; exit 73; fi
rm -rf "$D"
mkdir "$D" && mkdir "$D/input" "$D/output" || exit 1
cat >"$D/input/request.json" || exit 1
while [ "$inputs" -gt 0 ]; do
  ln "blobs/$2" "$D/input/$1" || { rm -rf "$D"; exit 72; }
  shift 2; inputs=$((inputs - 1))
done
root=$(pwd)
payload=$1; seed=$2; shift 2
for word in "$@"; do
  case $word in *=*) case $word in PATH=*) PATH=\${word#PATH=};; esac;; *) program=$word; break;; esac
done
if ! (cd "$D" && command -v "$program") >/dev/null 2>&1; then rm -rf "$D"; echo "$program"; exit 69; fi
if [ "$epoch" -gt "$cur" ]; then echo "$epoch" >"fences/$item.n" && mv "fences/$item.n" "fences/$item" || exit 1; fi
: >"$D/renew"
echo "$mark" >"$D/mark"
cd "$D" || exit 1
out=$( { setsid sh -c ${q(supervisor)} sh "$fence" "$mark" ${q(job)} "$root/$D" \
  RINGMASTER_JOB="$item/$epoch" RINGMASTER_INPUT="$root/$D/input" RINGMASTER_OUTPUT="$root/$D/output" \
  RINGMASTER_PAYLOAD="$payload" RINGMASTER_SEED="$seed" "$@" 3>&1 >/dev/null 2>err.start </dev/null & } )
if [ -z "$out" ]; then cat err.start >&2; exit 1; fi
rm -f err.start
echo "$out"
`;
