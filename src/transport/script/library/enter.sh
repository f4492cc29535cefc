#!/bin/sh
# Enters the node's folder, compares the folder's owner and the place, and removes its own five arguments from "$@".
#
# Arguments: the folder, the id of the cluster, a text that names the cluster, "old" or "new", the key of the place (empty: any place).
# The key is "<folder id>/<machine id> <boot id> <host name> <path>". The first two name the place also after a restart of the machine. The last three
# name the place also when a program has removed the folder.
# EXIT_FOREIGN_OWNER: another cluster owns the folder. Standard error then ends with the id and the text of that cluster.
# EXIT_FOREIGN_FILES: no cluster owns the folder, and it is not empty. Standard error then ends with the name of a file that is there.
# EXIT_OTHER_PLACE: this is another machine or folder than the place. Standard error then ends with the machine's name.
#
# The first line of the file `owner` is the id of the cluster that owns the folder. The second line is the text. A folder without an owner gets one
# if the folder is new or empty. A program of a job may have removed the file: the folder's id and the records of the jobs also name their cluster, and
# the folder of that cluster gets its owner back. "old": an older release, which had no owners, may have made the folder. Such a folder has the folder of the fences.
# The owner is read without another program, because every program on a node begins with these lines.
# sshd leaves a login without a home folder in /, so a folder in the home folder is made only when the home folder can be entered.
#
# Writes a word and a path: the home folder that cannot be entered, the file or the broken link that stands in the way, or the last folder that is there.
why_not() {
  case $1 in
    /*) at='' rest=$1 ;;
    *)
      at=${HOME:-/} rest=$1
      [ -d "$at" ] && [ -x "$at" ] || {
        echo "home $at"
        return
      }
      ;;
  esac
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    [ -n "$part" ] || continue
    [ -d "$at/$part" ] || {
      [ -e "$at/$part" ] || [ -L "$at/$part" ] || break
      echo "file $at/$part"
      return
    }
    at=$at/$part
  done
  echo "right ${at:-/}"
}
cd "$1" 2>/dev/null || {
  why=$(why_not "$1")
  case $why in home*) false ;; *) mkdir -p "$1" && chmod 700 "$1" && cd "$1" ;; esac
} || {
  echo "$NO_FOLDER_NOTE $why" >&2
  exit "$EXIT_NO_FOLDER"
}

read_owner() {
  owner=
  { read -r owner <"$OWNER_FILE"; } 2>/dev/null
}

# Succeeds when our own files in the folder name this cluster and no other.
is_ours() {
  named=
  { { read -r _ && read -r named; } <"$FOLDER_ID_FILE"; } 2>/dev/null
  if [ -n "$named" ]; then
    [ "$named" = "$1" ]
    return
  fi
  for file in "$FOLDER_RECORDS"/*/*/mark; do
    written=
    { read -r written <"$file"; } 2>/dev/null
    case $written in
      "$1"/*) named=$1 ;;
      ?*) return 1 ;;
    esac
  done
  [ -n "$named" ]
}

# Removes a broken file `owner`, which a program of a job can leave: an empty file, an empty folder, or a file without the permission to read it.
clear_owner() {
  [ -e "$OWNER_FILE" ] || [ -L "$OWNER_FILE" ] || return 0
  chmod u+r "$OWNER_FILE" 2>/dev/null
  read_owner
  [ -n "$owner" ] || if [ -d "$OWNER_FILE" ]; then rmdir "$OWNER_FILE"; else rm -f "$OWNER_FILE"; fi 2>/dev/null
}

# Links the whole file to its name. Another program of this cluster may have become the owner in the meantime.
link_owner() {
  failure=$(ln ".$OWNER_FILE.$$" "$OWNER_FILE" 2>&1) || [ -e "$OWNER_FILE" ] || {
    failure="$NO_LINK_NOTE: $failure"
    return 1
  }
}

# Becomes the owner of the folder. The file appears whole and only if there is none, by a hard link.
take_folder() {
  found=
  for name in * .[!.]* ..?*; do
    case $name in "$OWNER_FILE" | ".$OWNER_FILE."* | lost+found) continue ;; esac
    [ ! -e "$name" ] && [ ! -L "$name" ] || found=$name
  done
  if [ -n "$found" ] && { [ "$3" != old ] || [ ! -d "$FOLDER_FENCES" ]; } && ! is_ours "$1"; then
    # Another program of this cluster may have become the owner in the meantime.
    read_owner
    [ -n "$owner" ] || {
      echo "$FOREIGN_FILES_NOTE$found" >&2
      exit "$EXIT_FOREIGN_FILES"
    }
    return
  fi
  clear_owner
  [ -z "$owner" ] || return
  failure="$NO_FOLDER_NOTE right $PWD"
  { (umask 077 && { echo "$1" && echo "$2"; } >".$OWNER_FILE.$$") && link_owner; } || {
    rm -f ".$OWNER_FILE.$$"
    # On a full disk the jobs of an older release can still be stopped. The next program tries again to become the owner.
    [ -z "$found" ] || {
      owner=$1
      return
    }
    echo "$failure" >&2
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
[ -z "$5" ] || {
  id='' machine='' host='' boot=''
  { read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
  { read -r machine </etc/machine-id; } 2>/dev/null
  { read -r host </proc/sys/kernel/hostname; } 2>/dev/null
  { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  case $5 in
    "${id:--}/${machine:--} "* | "${id:--}/- "* | *" $boot $host $PWD") ;;
    *)
      echo "$OTHER_PLACE_NOTE$host" >&2
      exit "$EXIT_OTHER_PLACE"
      ;;
  esac
}
shift 5
