#!/bin/sh
# Prints the status with which an address of HTTP answers. The address is asked once: no proxy and no start-up file of the asking program is used, and no
# redirection is followed. The asking program ends at the status, because a body can have no end.
#
# Arguments: the address, the greatest number of seconds.
# Exit status: not 0 when there is no answer. Standard error then says why. 127: no program of the node can ask.
url=$1
seconds=$2
if command -v curl >/dev/null 2>&1; then
  set -- curl -q -sSiN -m "$seconds" --noproxy '*' -- "$url"
elif command -v wget >/dev/null 2>&1; then
  unset http_proxy https_proxy ftp_proxy all_proxy
  # The wget of busybox has none of these options, and not every one has -T. It asks once, and it has no start-up file.
  case $(wget --help 2>&1) in
    *--max-redirect*) set -- wget --no-config -t 1 --max-redirect=0 -T "$seconds" ;;
    *-T*) set -- wget -T "$seconds" ;;
    *) set -- wget ;;
  esac
  set -- "$@" -S -O /dev/null -- "$url"
else
  exit 127
fi
# Without `timeout`, a second process ends the asking program at the limit. It and its `sleep` end with the asking program.
guard() {
  trap 'kill "$nap"; exit' TERM
  sleep "$seconds" &
  nap=$!
  wait "$nap"
  kill "$1"
}
if command -v timeout >/dev/null 2>&1; then
  set -- timeout "$seconds" "$@"
  guard() { :; }
fi
said=$({
  "$@" 2>&1 &
  asker=$!
  echo "$asker"
  guard "$asker" >/dev/null 2>&1 &
  wait "$asker" 2>/dev/null
  kill "$!" 2>/dev/null
} | {
  read -r asker
  sed '/^ *HTTP\/[0-9.]* [2-9]/q'
  kill "$asker" 2>/dev/null
})
status=$(echo "$said" | sed -n 's/^ *HTTP\/[0-9.]* \([2-9][0-9]*\).*/\1/p')
[ -n "$status" ] || {
  echo "${said:-no answer in $seconds s}" >&2
  exit 1
}
echo "$status"
