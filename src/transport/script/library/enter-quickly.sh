#!/bin/sh
# Does the same as enter.sh in the usual case: the folder is there, the cluster owns it, and the place is the right one. Takes the same arguments.
# Every program on a node begins with these lines, and a shell needs about 0.1 ms to read enter.sh.
#
# EXIT_NOT_ENTERED, with NOT_ENTERED_NOTE on standard error: this is another case, and the program did nothing. The same program then runs with enter.sh.
owner='' id='' machine=''
{
  cd "$1" && read -r owner <"$OWNER_FILE"
  [ -z "$5" ] || {
    read -r id <"$FOLDER_ID_FILE"
    read -r machine </etc/machine-id
  }
} 2>/dev/null
case "$owner $5" in
  "$2 " | "$2 ${id:--}/${machine:--} "* | "$2 ${id:--}/- "*) shift 5 ;;
  *)
    echo "$NOT_ENTERED_NOTE" >&2
    exit "$EXIT_NOT_ENTERED"
    ;;
esac
