#!/bin/sh
# Starts a job once.
#
# Arguments: item, epoch, mark, digest of the spec, self-fence seconds (0: none), the largest numbers of bytes of stdout and stderr in one word, the
# signal that asks the job to end and its grace in milliseconds in one word (empty: TERM, with the grace of the caller), the
# text of supervise.sh, the text of leader.sh, the number of inputs, (name, sha256) of each input, then NAME=VALUE... program argument...
# Standard input: the number of lines of the environment, the number of lines of request.json, the environment as text for a shell, then request.json. No
# process list shows them.
# Standard output: "pid startTicks bootId" of the job. With EXIT_FENCED it is the epoch of the fence. With EXIT_NOT_RUNNABLE it is the name of the
# program. EXIT_OTHER_SPEC: the job was started before with another spec.
#
# The lock of the fence is held while the fence is compared, the job's folder is made and the job starts, until the pid file is written: the new
# processes inherit the lock until then. So a caller that has the lock and finds a folder without a pid file knows that no other start is in progress,
# and removes the incomplete folder.
#
# The program works in its own folder `jobs/<item>/<epoch>`. Our files about the job are outside it, in the record `records/<item>/<epoch>`.
#
# The job has two sessions. One is the supervisor's. The other is the job's own, with a process group of its own, so that killing the group leaves the
# supervisor to record the end. Both sessions inherit the job's `lock`: while the lock is held, the supervisor or the job lives.
set -u
umask 077
set_ticks() { ticks=${20}; }
epoch=$2
mark=$3
spec=$4
self_fence=$5
logs=$6
stop=$7
supervise=$8
leader=$9
inputs=${10}
folder=$FOLDER_JOBS/$1/$epoch
if [ ! -d "$FOLDER_BLOBS" ] || [ ! -d "$FOLDER_DATASETS" ] || [ ! -d "$FOLDER_REPLICAS" ]; then
  mkdir -p "$FOLDER_BLOBS" "$FOLDER_DATASETS" "$FOLDER_REPLICAS" || exit 1
fi
lock_fence "$1"
shift 10
if [ "$epoch" -lt "$fence" ]; then
  echo "$fence"
  exit "$EXIT_FENCED"
fi
heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
find_record "$folder"
if [ -s "$record/pid" ]; then
  # A job without a digest was started by an older release, or stopped before its start.
  if [ -e "$record/spec" ] && read -r started <"$record/spec" && [ "$started" != "$spec" ]; then exit "$EXIT_OTHER_SPEC"; fi
  cat "$record/pid"
  exit "$EXIT_ADOPTED"
fi
# The fence shows that this epoch was started here, or nearly. When there is no record, another program of the same user may have removed it, and the job
# may live. A job that an older release started has no digest in its environment.
if [ "$fence" = "$epoch" ]; then
  same=
  for pid in $(marked -xFe "RINGMASTER_SPEC=$spec"); do same="$same $pid "; done
  other=
  for pid in $(marked -xe 'RINGMASTER_SPEC=.*'); do
    case $same in *" $pid "*) ;; *) other="$other $pid " ;; esac
  done
  for pid in $(marked -xFe "RINGMASTER_MARK=$mark"); do
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    case $other in *" $pid "*) exit "$EXIT_OTHER_SPEC" ;; esac
    # shellcheck disable=SC2086 # the line is to be split into its fields
    set_ticks ${line##*) }
    read -r boot </proc/sys/kernel/random/boot_id
    echo "$pid $ticks $boot"
    exit "$EXIT_ADOPTED"
  done
fi
if [ -e "$folder" ] || [ -L "$folder" ] || [ -e "$record" ]; then rm -rf "$folder" "$record" || exit 1; fi
# forget.sh can remove the item's folder, which is empty, between two steps of mkdir.
mkdir -p "$folder/input" "$folder/output" "$record" || mkdir -p "$folder/input" "$folder/output" "$record" || exit 1
# When the connection is lost, standard input ends too early. No job may start with a part of its environment or request.
if ! read -r env_lines request_lines ||
  { [ "$env_lines" != 0 ] && ! read_lines "$env_lines" >"$record/env"; } ||
  ! read_lines "$request_lines" >"$folder/input/request.json"; then
  rm -rf "$folder" "$record"
  echo 'the environment or the request did not arrive whole, or cannot be written' >&2
  exit 1
fi
while [ "$inputs" -gt 0 ]; do
  ln "$FOLDER_BLOBS/$2" "$folder/input/$1" || {
    rm -rf "$folder" "$record"
    exit "$EXIT_INPUT_MISSING"
  }
  shift 2
  inputs=$((inputs - 1))
done
root=$PWD
path=$PATH
program=
for word in "$@"; do
  case $word in
    PATH=*) path=${word#PATH=} ;;
    *=*) ;;
    *)
      program=$word
      break
      ;;
  esac
done
# Succeeds when the program can be run. Runs in a subshell, because it enters the job's folder and sets the job's PATH to find the program.
runnable() (
  cd "$folder" || exit 1
  case $1 in
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *)
      PATH=$path
      command -v "$1"
      ;;
  esac
)
if ! runnable "$program" >/dev/null 2>&1; then
  rm -rf "$folder" "$record"
  echo "$program"
  exit "$EXIT_NOT_RUNNABLE"
fi
if ! {
  raise_fence "$epoch" && : >"$record/renew" && echo "$mark" >"$record/mark" && echo "$spec" >"$record/spec" &&
    { [ -z "$stop" ] || echo "$stop" >"$record/stop"; } && cd "$record"
}; then
  # The environment may have secrets, and the next start may be on another node.
  rm -rf "$folder" "$record"
  exit 1
fi
# The command substitution ends when descriptor 3 is closed. The leader writes its line to descriptor 3 after the pid file, so a line here means that
# the pid file exists.
started=$({ RINGMASTER_SPEC=$spec RINGMASTER_LOCALE="$login_locale|$login_language" setsid sh -c "$supervise" sh "$self_fence" "$logs" "$mark" "$leader" "$root/$folder" "$@" 3>&1 >/dev/null 2>err.start </dev/null & })
if [ -z "$started" ]; then
  rm -f env
  cat err.start err >&2
  exit 1
fi
echo "$started"
