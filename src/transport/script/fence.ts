/**
 * Takes the lock of an item's fence until the script ends or closes fd 8; sets `cur` to the fence (0: none). Expects `item`. `raise EPOCH` raises it.
 * Whoever holds this lock only does instant things; the lock goes with the process, so a killed one never blocks the next.
 * Our own names there begin with a dot, as no item's may.
 *
 * The fence is a symbolic link to nothing, its target the epoch ("=3"): on a full disk the item could not be given back while the node cannot note
 * that its old start must not begin any more, and a link this short needs no block for data (ext4 and xfs keep it in the inode, tmpfs in memory);
 * a rename swaps it whole, as it would a file. It is on the disk, so unlike a note in /dev/shm it still stands after a reboot, when a start that hung
 * in a sleeping gateway may come yet. What it needs is an inode and room in the folder's own block: where those are gone too, it fails,
 * and whoever raised it asks again. No item's name has a "=", so the target is never there. A fence that is a file was written by an older release.
 */
export const fenceTool = `
[ -d fences ] || mkdir -p fences || exit 1
exec 8>"fences/.$item.lock" || exit 1
flock 8 || exit 68
cur=
if [ -L "fences/$item" ]; then cur=$(readlink "fences/$item"); cur=\${cur#=}; elif [ -e "fences/$item" ]; then read -r cur <"fences/$item"; fi
cur=\${cur:-0}
raise() {
  if [ "$1" -le "$cur" ]; then return 0; fi
  if [ "$cur" = 0 ]; then ln -sn "=$1" "fences/$item" 2>/dev/null && return 0; fi
  ln -sfn "=$1" "fences/.$item.n" && mv -fT "fences/.$item.n" "fences/$item"
}
`;

/**
 * Once an hour at most, what a week has left behind goes. Fences of items without a job folder that nothing has touched: a message that is older than
 * that (and could bring a dead epoch back) is not on its way any more, and looking for a lock touches it, so nobody waits for one that is removed here.
 * Inputs that no job's folder links to and nobody has asked for (`blobThere` touches them): a start that misses one has it sent anew.
 */
export const pruneWeekly = `
if [ -z "$(find fences/.pruned -mmin -60 2>/dev/null)" ]; then
  : >fences/.pruned
  [ ! -d blobs ] || find blobs -type f -links 1 -mtime +7 -exec rm -f {} +
  find fences ! -type d ! -name '.*' -mtime +7 | while IFS= read -r f; do
    i=\${f#fences/}
    [ -e "jobs/$i" ] || [ -n "$(find "fences/.$i.lock" -mtime -7 2>/dev/null)" ] || rm -f "$f" "fences/.$i.lock"
  done
fi
`;
