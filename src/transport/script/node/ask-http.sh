#!/bin/sh
# Prints the status with which an address of HTTP answers. No proxy is asked, and no redirection is followed.
#
# Arguments: the address, the greatest number of seconds.
# Exit status: not 0 when there is no answer. Standard error then says why. 127: no program of the node can ask.
if command -v curl >/dev/null 2>&1; then
  exec curl -sS -o /dev/null -w '%{http_code}\n' -m "$2" --noproxy '*' -- "$1"
fi
command -v wget >/dev/null 2>&1 || {
  exit 127
}
unset http_proxy https_proxy ftp_proxy all_proxy
said=$(wget -S -T "$2" -O /dev/null -- "$1" 2>&1)
status=$(echo "$said" | sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9]*\).*/\1/p' | head -n 1)
[ -n "$status" ] || {
  echo "$said" >&2
  exit 1
}
echo "$status"
