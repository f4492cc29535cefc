#!/bin/sh
# Enters the node's folder, which is the first argument, and removes that argument from "$@". Makes the folder on the first contact with the node.
cd "$1" 2>/dev/null || { mkdir -p "$1" && chmod 700 "$1" && cd "$1"; } || {
  echo "$NO_FOLDER_NOTE" >&2
  exit "$EXIT_NO_FOLDER"
}
shift
