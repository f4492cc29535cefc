/** An entry of `datasets` in the cluster file. */
import * as z from 'zod';
import { keys, name, orMissing, text } from './key-types.ts';

export const dataset = keys(
  {
    id: name('openings').describe('Id of the dataset.'),
    origin: z
      .enum(['home', 'node'], { error: (issue) => orMissing(issue.input, 'home', 'must be home or node') })
      .describe('home: a folder on this machine that is pushed to the nodes. node: filled by jobs on the nodes and pulled home.'),
    path: text('./openings').optional().describe('Only for origin home: the folder, relative to this file.'),
  },
  '{ id: openings, origin: home, path: ./openings }',
);

export type DatasetEntry = z.output<typeof dataset>;
