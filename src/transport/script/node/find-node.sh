#!/bin/sh
# Looks for Node.js for the node's worker.
#
# Arguments: the path that the cluster file names, or an empty word.
# Standard output: a line "<version> <where> <path>" for each program. The version is "-" when the program does not print one. <where> is "first" for the
# program of the cluster file and for the one on the PATH, else "usual".
# Standard error: the PATH of this login.
#
# The PATH of a login without a terminal often lacks the folders that a person's shell adds. So the folders of the usual version managers are searched.
where=first
try() {
  case $1 in /*) [ -f "$1" ] && [ -x "$1" ] || return 0 ;; *) return 0 ;; esac
  version=$("$1" --version 2>/dev/null </dev/null)
  case $version in v[0-9]*) ;; *) version=- ;; esac
  echo "$version $where $1"
}
echo "$PATH" >&2
home=${HOME:-/}
if [ -n "$1" ]; then
  # shellcheck disable=SC2088 # the text of the cluster file begins with a tilde
  case $1 in "~/"*) set -- "$home/${1#??}" ;; esac
  try "$1"
  exit 0
fi
try "$(command -v node)"
try "$(command -v nodejs)"
where=usual
for path in /usr/local/bin/node /usr/bin/node /usr/bin/nodejs /snap/bin/node /opt/conda/bin/node /opt/node*/bin/node /usr/local/node*/bin/node \
  /usr/local/lib/nodejs/*/bin/node /usr/local/n/versions/node/*/bin/node "${NVM_DIR:-$home/.nvm}"/versions/node/*/bin/node \
  "$home"/.local/share/fnm/node-versions/*/installation/bin/node "$home"/.fnm/node-versions/*/installation/bin/node \
  "$home"/.local/share/mise/installs/node/*/bin/node "$home"/.asdf/installs/nodejs/*/bin/node "$home"/.volta/tools/image/node/*/bin/node \
  "$home"/.nodenv/versions/*/bin/node "$home"/n/bin/node "$home"/.local/bin/node "$home"/bin/node "$home"/node*/bin/node \
  "$home"/*conda*/bin/node "$home"/*conda*/envs/*/bin/node "$home"/m*forge*/bin/node "$home"/m*forge*/envs/*/bin/node; do
  try "$path"
done
exit 0
