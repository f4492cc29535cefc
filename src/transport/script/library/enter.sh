#!/bin/sh
# Enters the node's folder, compares the folder's owner, and removes its own four arguments from "$@".
#
# Arguments: the folder, the id of the cluster, a text that names the cluster, "old" or "new".
# EXIT_FOREIGN_OWNER: another cluster owns the folder. Standard error then ends with the id and the text of that cluster.
# EXIT_FOREIGN_FILES: no cluster owns the folder, and it is not empty. Standard error then ends with the name of a file that is there.
#
# The first line of the file `owner` is the id of the cluster that owns the folder. The second line is the text. A folder without an owner gets one
# if the folder is new or empty. "old": an older release, which had no owners, may have made the folder. Such a folder has the folder of the fences.
# The owner is read without another program, because every program on a node begins with these lines.
cd "$1" 2>/dev/null || { mkdir -p "$1" && chmod 700 "$1" && cd "$1"; } || {
  echo "$NO_FOLDER_NOTE" >&2
  exit "$EXIT_NO_FOLDER"
}

read_owner() {
  owner=
  { read -r owner <"$OWNER_FILE"; } 2>/dev/null
}

# Becomes the owner of the folder. The file appears whole and only if there is none, by a hard link.
take_folder() {
  found=
  for name in * .[!.]* ..?*; do
    case $name in "$OWNER_FILE" | ".$OWNER_FILE."* | lost+found) continue ;; esac
    [ ! -e "$name" ] && [ ! -L "$name" ] || found=$name
  done
  if [ -n "$found" ] && { [ "$3" != old ] || [ ! -d "$FOLDER_FENCES" ]; }; then
    # Another program of this cluster may have become the owner in the meantime.
    read_owner
    [ -n "$owner" ] || {
      echo "$FOREIGN_FILES_NOTE$found" >&2
      exit "$EXIT_FOREIGN_FILES"
    }
    return
  fi
  (umask 077 && { echo "$1" && echo "$2"; } >".$OWNER_FILE.$$" && { ln ".$OWNER_FILE.$$" "$OWNER_FILE" || [ -e "$OWNER_FILE" ]; } 2>/dev/null) || {
    rm -f ".$OWNER_FILE.$$"
    # On a full disk the jobs of an older release can still be stopped. The next program tries again to become the owner.
    [ -z "$found" ] || {
      owner=$1
      return
    }
    echo "$NO_FOLDER_NOTE" >&2
    exit "$EXIT_NO_FOLDER"
  }
  rm -f ".$OWNER_FILE.$$"
  read_owner
}

read_owner
[ -n "$owner" ] || take_folder "$2" "$3" "$4"
[ "$owner" = "$2" ] || {
  { read -r _ && read -r name; } <"$OWNER_FILE" 2>/dev/null
  echo "$FOREIGN_OWNER_NOTE$owner $name" >&2
  exit "$EXIT_FOREIGN_OWNER"
}
shift 4
