/** An entry of `datasets` in the cluster file. */
import type * as z from 'zod';
import { refusal } from '../fault/refusal.ts';
import { keys, list, name, path, text, word } from './key-types.ts';

export const dataset = keys(
  {
    id: name('openings').describe('Id of the dataset.'),
    origin: word(['home', 'node'], 'home').describe(
      'home: a folder on this machine that is pushed to the nodes. node: filled by jobs on the nodes and pulled home.',
    ),
    path: path('./openings').optional().describe('Only for origin home: the folder, relative to this file.'),
    keep: keys(
      {
        to: list(text('gpu'), 500, '[gpu]')
          .min(1, { error: refusal('names no node', '[gpu]') })
          .describe('The nodes that have the dataset, by their ids or by labels.'),
      },
      '{ to: [gpu] }',
      'to',
    )
      .optional()
      .describe('Only for origin home: the daemon AUTO_SYNC keeps the dataset in step on these nodes. Default: it is synced on request only.'),
  },
  '{ id: openings, origin: home, path: ./openings }',
);

export type DatasetEntry = z.output<typeof dataset>;
