import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RatingsFile } from '../../src/domain/model/ratings-file.ts';

/** Returns the function that writes the ratings to `ratings.json` in this folder. A reader of the folder sees the old file or the new one. */
export const keepRatings =
  (folder: string) =>
  async (ratings: RatingsFile): Promise<string> => {
    const text = `${JSON.stringify(ratings, undefined, 1)}\n`;
    const file = join(folder, 'ratings.json');
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (before !== text) {
      await mkdir(folder, { recursive: true });
      // The new file is made beside the folder, because a push takes everything in the folder.
      await writeFile(`${folder}.json.new`, text);
      await rename(`${folder}.json.new`, file);
    }
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
  };
