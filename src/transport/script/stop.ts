import { fenceTool, pruneWeekly } from './fence.ts';
import { markedTool } from './marked.ts';

/**
 * Ends a job. Arguments: item epoch mark graceMs. Raises the fence, so that this epoch's start finds a stopped job and an older one is refused
 * (on a full disk there is no folder to find: then the fence goes one beyond, and the start is refused as well);
 * then the group (known to be ours by the leader's start time or a marked member) and every process with the mark: TERM, after the grace KILL.
 * A group found to be ours stays ours while it has a member: its number cannot be given out again before.
 * stdout: how many processes were there. Exit 1: some would not go.
 */
export const stopScript = `
umask 077
item=$1; epoch=$2; mark=$3; graceMs=$4
D=jobs/$item/$epoch
${fenceTool}
raise "$epoch" || exit 1
if [ ! -e "$D/pid" ] && [ "$cur" -le "$epoch" ]; then
  read -r b </proc/sys/kernel/random/boot_id
  (mkdir -p "$D/input" "$D/output" && : >"$D/lock" && echo stopped >"$D/ended" && echo 143 >"$D/rc" && echo "0 0 $b" >"$D/pid") ||
    { rm -rf "$D"; raise "$((epoch + 1))"; } || exit 1
fi
exec 8>&-
if [ -e "$D/pid" ] && [ ! -e "$D/rc" ] && [ ! -e "$D/ended" ] && ! flock -s -n "$D/lock" true; then echo stopped >"$D/ended.n" && mv "$D/ended.n" "$D/ended"; fi
${markedTool}
leader=0
[ ! -e "$D/pid" ] || read -r leader start boot <"$D/pid"
all=0; tries=0; ours=no; limit=$(( (graceMs + 49) / 50 )); hard=$((limit + 100))
while :; do
  pids=' '
  for p in $(marked -xF "RINGMASTER_MARK=$mark"); do
    stat_of "$p" || continue
    case $state in Z|X) continue;; esac
    [ "$group" = "$leader" ] && ours=yes
    pids="$pids$p "
  done
  if [ "\${leader:-0}" -gt 1 ]; then
    members=
    for p in /proc/[0-9]*; do
      p=\${p#/proc/}
      stat_of "$p" && [ "$group" = "$leader" ] || continue
      [ "$p" = "$leader" ] && [ "$ticks" = "$start" ] && ours=yes
      case $state in Z|X) ;; *) members="$members$p ";; esac
    done
    [ "$ours" = no ] || for p in $members; do case $pids in *" $p "*) ;; *) pids="$pids$p ";; esac; done
  fi
  [ "$pids" = ' ' ] && break
  [ "$tries" -lt "$hard" ] || { echo "these would not end:$pids" >&2; exit 1; }
  [ "$tries" -gt 0 ] || for p in $pids; do all=$((all + 1)); done
  if [ "$tries" -ge "$limit" ]; then
    [ "$ours" = no ] || kill -KILL "-$leader" 2>/dev/null
    kill -KILL $pids 2>/dev/null
  elif [ "$tries" -eq 0 ]; then
    [ "$ours" = no ] || kill -TERM "-$leader" 2>/dev/null
    for p in $pids; do
      [ "$ours" = yes ] && stat_of "$p" && [ "$group" = "$leader" ] || kill -TERM "$p" 2>/dev/null
    done
  fi
  tries=$((tries + 1)); sleep 0.05
done
i=0
while [ $i -lt 40 ] && [ -e "$D/pid" ] && ! flock -s -n "$D/lock" true; do i=$((i + 1)); sleep 0.05; done
echo "$all"
`;

/**
 * Ends all jobs and workers of a cluster here. Arguments: cluster (as a regular expression) graceMs. The launcher's own processes bear a mark too and
 * are left alone.
 */
export const stopAllScript = `
cluster=$1; graceMs=$2
for d in jobs/*/*; do
  [ -e "$d/pid" ] && [ ! -e "$d/rc" ] && [ ! -e "$d/ended" ] && ! flock -s -n "$d/lock" true && echo stopped >"$d/ended.n" && mv "$d/ended.n" "$d/ended"
done
${markedTool}
all=0; tries=0; limit=$(( (graceMs + 49) / 50 )); hard=$((limit + 100))
while :; do
  pids=
  for p in $(marked "^RINGMASTER_MARK=$cluster/"); do
    # Gone meanwhile, as the subshells of this script are when the launcher runs it.
    e=$({ tr '\\0' '\\n' <"/proc/$p/environ"; } 2>/dev/null)
    [ -n "$e" ] || continue
    echo "$e" | grep -q "^RINGMASTER_MARK=$cluster/launcher/" || pids="$pids$p "
  done
  [ -z "$pids" ] && break
  [ "$tries" -lt "$hard" ] || { echo "these would not end: $pids" >&2; exit 1; }
  [ "$tries" -gt 0 ] || for p in $pids; do all=$((all + 1)); done
  if [ "$tries" -ge "$limit" ]; then kill -KILL $pids 2>/dev/null
  elif [ "$tries" -eq 0 ]; then kill -TERM $pids 2>/dev/null
  fi
  tries=$((tries + 1)); sleep 0.05
done
echo "$all"
`;

/** Ends what one command of ours left running. Argument: its mark. */
export const killMarkedScript = `
${markedTool}
i=0
while [ $i -lt 20 ]; do
  pids=$(marked -xF "RINGMASTER_MARK=$1")
  [ -n "$pids" ] || exit 0
  kill -KILL $pids 2>/dev/null
  i=$((i + 1)); sleep 0.05
done
exit 1
`;

/**
 * Removes the folders of jobs that are closed. Arguments: (item epoch)*. The fence goes one beyond the epoch, so that a start of it that was delayed on
 * its way is refused. Those whose process lives, or that cannot be removed, stay, and are named on stdout: exit 75.
 */
export const forgetScript = `
umask 077
[ -d fences ] || exit 0
busy=no
while [ $# -gt 0 ]; do
  item=$1; epoch=$2; shift 2
  D=jobs/$item/$epoch
  ${fenceTool}
  if [ -e "$D/pid" ] && [ ! -e "$D/rc" ] && ! flock -s -n "$D/lock" true; then echo "$item/$epoch"; busy=yes; continue; fi
  raise "$((epoch + 1))" || exit 1
  # A folder that its own owner may not write to, as some tools leave them, goes too.
  rm -rf "$D" 2>/dev/null || { chmod -R u+rwx "$D"; rm -rf "$D"; } || { echo "$item/$epoch"; busy=yes; continue; }
  rmdir "jobs/$item" 2>/dev/null
done
exec 8>&-
${pruneWeekly}
[ "$busy" = no ] || exit 75
`;
