/** An entry of `daemons` in the cluster file: a program of the user that is always on. */
import type * as z from 'zod';
import { restartPolicies } from '../../domain/daemon/daemon.ts';
import { stopSignals } from '../../domain/job/job.ts';
import { refusal } from '../fault/refusal.ts';
import { shown } from './key-faults.ts';
import { command, day, duration, environment, keys, label, list, minute, name, second, text, whole, word } from './key-types.ts';

const health = keys(
  {
    command: command('[pg_isready]').optional().describe('The program is well when this command exits with 0. It runs on the node.'),
    http: text('http://127.0.0.1:6006/')
      .regex(/^https?:\/\/[^\s/?#]+\S*$/, { error: (issue) => refusal(`${shown(issue.input)} is not an address of HTTP`, 'http://127.0.0.1:6006/') })
      .optional()
      .describe('The program is well when this address answers 200 to 399. The node asks, with curl or wget.'),
    file: text('heartbeat').optional().describe('The program is well while this file is fresh. A relative path begins in the folder of the program.'),
    fresh: duration(second, day, '30s').optional().describe('A file is fresh for this long after its last change. Only with file. Default: 30s.'),
    every: duration(second, 10 * minute, '10s')
      .default(10 * second)
      .describe('The time between two checks.'),
    within: duration(100, minute, '5s')
      .default(5 * second)
      .describe('A check without an answer in this time counts as silence.'),
    silent: whole(1, 100, 3).default(3).describe('The program hangs, and is started again, after this many silences in a row.'),
  },
  '{ http: http://127.0.0.1:6006/ }',
  'http',
);

export const daemon = keys(
  {
    id: name('tensorboard', 40).describe('Name of the daemon; part of the workflow id daemon/<id>.'),
    command: command('[tensorboard, --logdir, logs]').describe('Program and arguments, run on the node without a shell.'),
    node: name('gpu-1').optional().describe('The node on which the program runs.'),
    labels: list(label, 64, '[gpu]').default([]).describe('Labels in place of a node: the program runs on each node that has all of them.'),
    env: environment,
    needs: list(name('database', 40), 100, '[database]').default([]).describe('Daemons of this file that must run while this one runs.'),
    health: health.optional().describe('How the health of the program is checked. Without it, a program that runs is well.'),
    ready: duration(second, day, '60s').default(minute).describe('The first good check must come within this time after the start.'),
    restart: word(restartPolicies, 'always')
      .default('always')
      .describe('When the program starts again after it has ended by itself. on-failure: when it did not exit with 0.'),
    stopSignal: word(stopSignals, 'TERM').default('TERM').describe('The signal that asks the program to end.'),
    stopGrace: duration(0, minute, '10s')
      .default(10 * second)
      .describe('A program that lives on for this long after the signal is killed.'),
  },
  '{ id: tensorboard, command: [tensorboard], node: gpu-1 }',
);

export type DaemonEntry = z.output<typeof daemon>;
