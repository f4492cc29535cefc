import { isItemId } from '../../domain/ids.ts';
import type { OldJob } from '../../domain/job/job.ts';

/** Returns the jobs that `list-old.sh` printed. A folder whose name is no id of an item is not ours, and is left out. */
export const parseOldJobs = (text: string): readonly OldJob[] =>
  text.split('\n').flatMap((line) => {
    const [state, item = '', epoch = ''] = line.split(' ');
    return isItemId(item) && /^[1-9]\d{0,14}$/.test(epoch) ? [{ item, epoch: Number(epoch), isHeld: state === 'held' }] : [];
  });
