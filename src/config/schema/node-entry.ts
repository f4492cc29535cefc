/** An entry of `nodes` in the cluster file. */
import * as z from 'zod';
import { shown } from './key-faults.ts';
import { command, day, duration, hostPort, keys, labels, minute, name, path, port, reachKeys, text, truth, whole, word } from './key-types.ts';
import { meantTruth } from '../../base/meant/meant-truth.ts';
import { refusal } from '../fault/refusal.ts';

export const node = keys(
  {
    id: name('gpu-1').describe('Id of the node; part of the names node:<id> and node/<id>.'),
    ssh: keys(
      {
        host: text('gpu-1.example.org').describe('Host as ssh takes it; ~/.ssh/config applies.'),
        port: port(22).optional().describe('Default: the port in ~/.ssh/config, else 22.'),
        user: text('trainer').optional().describe('Default: the user in ~/.ssh/config, else your own.'),
        identityFile: path('~/.ssh/id_ed25519').optional().describe('Private key file; relative to this file.'),
        knownHostsFile: path('~/.ssh/known_hosts').optional().describe('File with the known host keys; relative to this file.'),
      },
      '{ host: gpu-1.example.org }',
      'host',
    )
      .optional()
      .describe('A machine reached over SSH.'),
    local: z
      .literal(true, {
        error: ({ input }) => refusal(`must be true, not ${shown(input)}`, meantTruth(String(input)) === false ? 'leaving the key out' : 'true'),
      })
      .optional()
      .describe('This machine.'),
    practice: keys({ port: port(22_101).describe('Port of its sshd on 127.0.0.1.') }, '{ port: 22101 }', 'port')
      .optional()
      .describe('A node that `ringmaster up` makes on this machine, with an sshd, a user and a home folder of its own.'),
    worker: word(['resident', 'none'], 'none')
      .default('none')
      .describe('resident: a worker process runs on the node. none: everything is done over SSH.'),
    nodeProgram: text('/opt/node/bin/node')
      .regex(/^(\/|~\/)/, { error: (issue) => refusal(`${shown(issue.input)} is not an absolute path`, '/opt/node/bin/node') })
      .optional()
      .describe("Path of Node.js on the node, for its worker. Default: on the PATH, else in the usual folders. `~/` is the login's home."),
    reachableAs: hostPort('home.example.org:7233')
      .optional()
      .describe('Address at which the worker of this node reaches the Temporal server. Default: temporal.reachableAs.'),
    idle: keys(
      {
        after: duration(minute, 30 * day, '30m').describe('The node is drained when it has had no job for this long.'),
        command: command('[sudo, poweroff]').describe('Program and arguments that run on the drained node, without a shell.'),
      },
      '{ after: 30m, command: [sudo, poweroff] }',
      'after',
    )
      .optional()
      .describe('Shuts the node down when it is idle. Default: never.'),
    ratings: truth()
      .default(false)
      .describe('true: the daemon ELO_SYNC keeps the file replicas/ringmaster-ratings/current/ratings.json on the node up to date.'),
    slots: whole(1, 1_024, 2).default(1).describe('Slots of the node: the jobs that run on it at the same time take no more than this.'),
    labels,
    limits: keys(reachKeys, '{ login: 30s }').optional().describe('Limits for this node. Each one wins over the one of the cluster.'),
    folder: path('ringmaster')
      .optional()
      .describe("The node's folder, relative to the login's home folder. Default: ringmaster/<cluster>; for a local node <state>/nodes/<id>."),
  },
  '{ id: gpu-1, ssh: { host: gpu-1.example.org } }',
);

export type NodeEntry = z.output<typeof node>;
