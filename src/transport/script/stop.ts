/** Pids whose environment holds the mark: one grep over /proc. Zombies have no environment. */
const marked = `marked() { grep "$@" /proc/[0-9]*/environ 2>/dev/null | while read -r e; do e=\${e#/proc/}; echo "\${e%/environ}"; done; }`;

/**
 * Ends a job. Arguments: item epoch mark graceMs. Raises the fence, so that this epoch's start finds a stopped job and an older one is refused;
 * then the group (if its leader is the recorded process, or a member bears the mark) and every process with the mark: TERM, after the grace KILL.
 * stdout: how many processes were there. Exit 1: some would not go.
 */
export const stopScript = `
umask 077
item=$1; epoch=$2; mark=$3; graceMs=$4
D=jobs/$item/$epoch
mkdir -p fences "jobs/$item"
exec 8>"fences/$item.lock"
flock 8
cur=$(cat "fences/$item" 2>/dev/null || echo 0)
if [ "$epoch" -gt "$cur" ]; then echo "$epoch" >"fences/$item.n" && mv "fences/$item.n" "fences/$item"; fi
if [ ! -e "$D/pid" ]; then
  mkdir -p "$D/input" "$D/output"
  read -r b </proc/sys/kernel/random/boot_id
  : >"$D/lock"; echo stopped >"$D/ended"; echo 143 >"$D/rc"; echo "0 0 $b" >"$D/pid"
fi
exec 8>&-
if [ ! -e "$D/rc" ] && [ ! -e "$D/ended" ]; then echo stopped >"$D/ended.n" && mv "$D/ended.n" "$D/ended"; fi
${marked}
f() { group=$3; ticks=\${20}; }
all=0; tries=0; sig=TERM; limit=$(( (graceMs + 49) / 50 )); hard=$((limit + 100))
read -r leader start boot <"$D/pid"
while :; do
  pids=$(marked -lzxF "RINGMASTER_MARK=$mark")
  lead=
  if [ "$leader" -gt 1 ] && read -r l <"/proc/$leader/stat" 2>/dev/null; then
    f \${l##*) }
    case $l in *") Z "*) ;; *) [ "$ticks" = "$start" ] && lead=$leader;; esac
  fi
  [ -z "$pids$lead" ] && break
  [ "$tries" -ge "$limit" ] && sig=KILL
  [ "$tries" -ge "$hard" ] && { echo "$pids" >&2; exit 1; }
  if [ "$tries" -eq 0 ] || [ "$tries" -eq "$limit" ]; then
    for p in $pids $lead; do
      [ "$tries" -eq 0 ] && all=$((all + 1))
      if read -r l <"/proc/$p/stat" 2>/dev/null; then f \${l##*) }; [ "$group" = "$leader" ] && kill -$sig "-$leader" 2>/dev/null; fi
      kill -$sig "$p" 2>/dev/null
    done
  elif [ "$sig" = KILL ]; then for p in $pids $lead; do kill -KILL "$p" 2>/dev/null; done
  fi
  tries=$((tries + 1)); sleep 0.05
done
i=0
while [ $i -lt 40 ] && ! flock -n "$D/lock" true 2>/dev/null; do i=$((i + 1)); sleep 0.05; done
echo "$all"
`;

/** Ends all jobs and workers of a cluster here. Arguments: cluster graceMs. The launcher's own processes bear a mark too and are left alone. */
export const stopAllScript = `
cluster=$1; graceMs=$2
for d in jobs/*/*; do
  [ -e "$d/pid" ] && [ ! -e "$d/rc" ] && [ ! -e "$d/ended" ] && ! flock -n "$d/lock" true 2>/dev/null && echo stopped >"$d/ended.n" && mv "$d/ended.n" "$d/ended"
done
${marked}
ours() { marked -lz "^RINGMASTER_MARK=$cluster/" | while read -r p; do grep -qz "^RINGMASTER_MARK=$cluster/launcher/" "/proc/$p/environ" 2>/dev/null || echo "$p"; done; }
all=0; tries=0; sig=TERM; limit=$(( (graceMs + 49) / 50 )); hard=$((limit + 100))
while :; do
  pids=$(ours)
  [ -z "$pids" ] && break
  [ "$tries" -ge "$limit" ] && sig=KILL
  [ "$tries" -ge "$hard" ] && { echo "$pids" >&2; exit 1; }
  if [ "$tries" -eq 0 ] || [ "$sig" = KILL ]; then
    for p in $pids; do [ "$tries" -eq 0 ] && all=$((all + 1)); kill -$sig "$p" 2>/dev/null; done
  fi
  tries=$((tries + 1)); sleep 0.05
done
echo "$all"
`;
