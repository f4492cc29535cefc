#!/bin/sh
# The fence of an item: the highest epoch that may act on this node.
#
# lock_fence ITEM    Takes the item's lock and sets `fence` to the epoch (0: there is no fence). The lock is held until the program ends or closes
#                    descriptor 8. The holder of the lock runs only steps that end at once. The kernel frees the lock of a process that is killed.
# raise_fence EPOCH  Raises the fence to the epoch. Needs the lock. A fence is never lowered.
#
# The fence is a symbolic link whose target is the epoch ("=3"). The target does not exist, because no item's name has a "=". On a full disk an
# ordinary file could not be written. The start of the old epoch could then not be forbidden, and the item could not be given to another node. A link
# this short needs no block for data (ext4 and xfs keep it in the inode, tmpfs in memory), and a rename replaces it whole. The link does need an inode
# and room in the folder's own block. Without these raise_fence fails, and its caller asks again. The link is on the disk and not in /dev/shm, because
# it must outlive a reboot: a start that a sleeping gateway held back can arrive after the reboot. A fence that is an ordinary file was written by an
# older release.
#
# In the folder of the fences, the names of our other files begin with a dot. No item's name begins with a dot.
lock_fence() {
  item=$1
  [ -d "$FOLDER_FENCES" ] || mkdir -p "$FOLDER_FENCES" || exit 1
  exec 8>"$FOLDER_FENCES/.$item.lock" || exit 1
  flock 8 || exit "$EXIT_NO_TOOL"
  fence=
  if [ -L "$FOLDER_FENCES/$item" ]; then
    fence=$(readlink "$FOLDER_FENCES/$item")
    fence=${fence#=}
  elif [ -e "$FOLDER_FENCES/$item" ]; then
    read -r fence <"$FOLDER_FENCES/$item"
  fi
  fence=${fence:-0}
}

raise_fence() {
  if [ "$1" -le "$fence" ]; then return 0; fi
  if [ "$fence" = 0 ]; then ln -sn "=$1" "$FOLDER_FENCES/$item" 2>/dev/null && return 0; fi
  ln -sfn "=$1" "$FOLDER_FENCES/.$item.n" && mv -fT "$FOLDER_FENCES/.$item.n" "$FOLDER_FENCES/$item"
}
