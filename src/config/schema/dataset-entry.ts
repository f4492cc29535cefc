/** An entry of `datasets` in the cluster file. */
import type * as z from 'zod';
import { keys, name, text, word } from './key-types.ts';

export const dataset = keys(
  {
    id: name('openings').describe('Id of the dataset.'),
    origin: word(['home', 'node'], 'home').describe(
      'home: a folder on this machine that is pushed to the nodes. node: filled by jobs on the nodes and pulled home.',
    ),
    path: text('./openings').optional().describe('Only for origin home: the folder, relative to this file.'),
  },
  '{ id: openings, origin: home, path: ./openings }',
);

export type DatasetEntry = z.output<typeof dataset>;
