import { quote } from '../quote.ts';
import { fenceTool } from './fence.ts';
import { markedTool } from './marked.ts';

/**
 * Starts a job once. Arguments: item epoch mark selfFenceSeconds n-inputs (name sha256)* payload-folder seed, then NAME=VALUE… program arguments….
 * stdin: request.json. Run in the node's folder.
 *
 * One lock (`fences/.<item>.lock`) covers comparing the fence, making the folder and the start up to the written pid file; the new processes inherit it until the
 * pid file is there. So whoever gets the lock and finds a folder without a pid file knows that nobody is starting in it: the half-made folder goes.
 *
 * Two sessions: a supervisor shell that waits and records `rc` atomically, and the job in a session and group of its own, so that killing the group
 * still leaves a record. Both hold `lock` (inherited): lock held = alive.
 * Exit: 0 started, 73 there already, 74 old epoch (fence on stdout), 69 the program cannot be run (its name on stdout), 72 an input is missing.
 * stdout: "pid startTicks bootId".
 */
const job = `
f() { s=\${20}; }
read -r l </proc/$$/stat
f \${l##*) }
read -r b </proc/sys/kernel/random/boot_id
echo "$$ $s $b" >pid.n && mv pid.n pid || exit 125
(echo "$$ $s $b" >&3)
cd "$1" || exit 126
shift
unset f s l b
# A shell without job control starts background programs with INT and QUIT ignored; not every env can undo it.
env --default-signal=INT,QUIT true 2>/dev/null && exec env --default-signal=INT,QUIT "$@" 3>&- 8>&-
exec env "$@" 3>&- 8>&-
`;

const supervisor = `
fence=$1; mark=$2; J=$3; shift 3
exec 9>lock
flock 9 || exit 1
RINGMASTER_MARK=$mark setsid sh -c "$J" sh "$@" >out 2>err </dev/null &
j=$!
exec 3>&- 8>&- >/dev/null 2>&1
if [ "$fence" -gt 0 ]; then
  (
    exec 9>&-
    ${markedTool}
    step=$((fence / 10)); [ "$step" -ge 1 ] || step=1; [ "$step" -le 5 ] || step=5
    # The sleep goes with us: else it would outlive the job, without a mark. ($! is the job's until the first sleep.)
    trap '[ "$!" = "$j" ] || kill "$!"; exit 0' TERM
    while kill -0 "$j"; do
      sleep "$step" &
      wait "$!"
      # No renew file: the folder is gone, and with it everybody who could renew.
      now=$(date +%s); at=$(stat -c %Y renew || echo 0)
      [ $((now - at)) -gt "$fence" ] || continue
      kill -0 "$j" || break
      echo self-fence >ended.n && mv ended.n ended
      tries=0
      while [ "$tries" -lt 50 ]; do
        kill -KILL "-$j"
        e=$(marked -xF "RINGMASTER_MARK=$mark")
        [ -n "$e" ] || break
        kill -KILL $e
        tries=$((tries + 1)); sleep 0.1
      done
      break
    done
  ) &
  w=$!
fi
wait "$j"
echo $? >rc.n && mv rc.n rc
# Opened for both, so that it never blocks: who waits for an end looks now.
[ ! -p ../../../bell ] || echo 1<>../../../bell
if [ -n "\${w:-}" ]; then
  ended=; read -r ended <ended
  # While the fence works it must not be cut off: it may still be ending what left the group.
  if [ "$ended" = self-fence ]; then wait "$w"; else kill "$w"; fi
fi
exit 0
`;

export const startScript = `
set -u
umask 077
item=$1; epoch=$2; mark=$3; fence=$4; inputs=$5; shift 5
D=jobs/$item/$epoch
{ [ -d blobs ] && [ -d datasets ] && [ -d replicas ]; } || mkdir -p blobs datasets replicas || exit 1
${fenceTool}
if [ "$epoch" -lt "$cur" ]; then echo "$cur"; exit 74; fi
if [ -e "$D/pid" ]; then cat "$D/pid"; exit 73; fi
[ ! -e "$D" ] || rm -rf "$D" || exit 1
mkdir -p "$D/input" "$D/output" || exit 1
cat >"$D/input/request.json" || exit 1
while [ "$inputs" -gt 0 ]; do
  ln "blobs/$2" "$D/input/$1" || { rm -rf "$D"; exit 72; }
  shift 2; inputs=$((inputs - 1))
done
root=$PWD
payload=$1; seed=$2; shift 2
path=$PATH
for word in "$@"; do
  case $word in PATH=*) path=\${word#PATH=};; *=*) ;; *) program=$word; break;; esac
done
runnable() {
  cd "$D" || return 1
  case $1 in */*) [ -f "$1" ] && [ -x "$1" ];; *) PATH=$path; command -v "$1";; esac
}
if ! (runnable "$program") >/dev/null 2>&1; then rm -rf "$D"; echo "$program"; exit 69; fi
raise "$epoch" || exit 1
: >"$D/renew" && echo "$mark" >"$D/mark" && cd "$D" || exit 1
out=$( { setsid sh -c ${quote(supervisor)} sh "$fence" "$mark" ${quote(job)} "$root/$D" \
  RINGMASTER_JOB="$item/$epoch" RINGMASTER_INPUT="$root/$D/input" RINGMASTER_OUTPUT="$root/$D/output" \
  RINGMASTER_PAYLOAD="$payload" RINGMASTER_SEED="$seed" "$@" 3>&1 >/dev/null 2>err.start </dev/null & } )
if [ -z "$out" ]; then cat err.start err >&2; exit 1; fi
echo "$out"
`;
