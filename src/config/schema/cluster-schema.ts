/**
 * The cluster file as people write it. This zod schema gives the faults of single keys, the defaults and `docs/cluster.schema.json`.
 * `docs/cluster-file.md` explains the keys. Each rule gives its fault and its hint. `check-cluster.ts` finds the faults that concern more than one
 * key.
 */
import type * as z from 'zod';
import { retentionDefaults } from '../../domain/cluster/retention.ts';
import { eventRetentionDefaults } from '../../domain/event/retention.ts';
import { backupDefaults } from '../../domain/ledger/backup.ts';
import { logLimitsDefault } from '../../domain/job/log-limits.ts';
import { channelsMax } from '../../domain/limits.ts';
import { channel } from './channel-entry.ts';
import { daemon } from './daemon-entry.ts';
import { dataset } from './dataset-entry.ts';
import { node } from './node-entry.ts';
import { pipeline } from './pipeline-entry.ts';
import {
  day,
  duration,
  durationOrNone,
  gibibyte,
  hostPort,
  keys,
  kibibyte,
  list,
  minute,
  name,
  port,
  reachKeys,
  second,
  secret,
  size,
  path,
  text,
  truth,
  whole,
  word,
} from './key-types.ts';
import { refusal } from '../fault/refusal.ts';

/** The state folder of a cluster file that names none. The path is relative to the file. */
export const stateFolderDefault = '.state';

export const clusterFileSchema = keys(
  {
    cluster: name('demo', 40).describe('Name of the cluster, for people and for the default folder of its nodes.'),
    state: path(stateFolderDefault).default(stateFolderDefault).describe('Folder for ledgers, process records and logs; relative to this file.'),
    temporal: keys(
      {
        port: port(7_233).default(7_233).describe('Port of the Temporal server on 127.0.0.1.'),
        uiPort: port(8_233).default(8_233).describe('Port of the Temporal UI on 127.0.0.1.'),
        metricsPort: port(7_235).optional().describe("Port of the server's metrics. Default: port + 2."),
        namespace: name('default', 63)
          .optional()
          .describe('Temporal namespace. Default: as before; at the first start, the one that the environment names, else default.'),
        retention: duration(day, 3_650 * day, '7d')
          .default(7 * day)
          .describe('How long closed workflows are kept.'),
        server: word(['own', 'external'], 'own')
          .optional()
          .describe(
            'Whose Temporal server the cluster uses. Default: as before; at the first start, the server that the environment names, else own.',
          ),
        address: text('temporal.example.org:7233')
          .optional()
          .describe('Address of the external server. Default: TEMPORAL_ADDRESS or a Temporal profile.'),
        reachableAs: hostPort('home.example.org:7233')
          .optional()
          .describe('Address at which workers on other machines reach the server. Default: a tunnel, or the address of an external server.'),
        requireKey: truth()
          .default(false)
          .describe('true: workflows, signals and activities need a proof of the key in the state folder. Only for a new state folder.'),
      },
      '{ port: 7233 }',
      'port',
    )
      .prefault({})
      .describe('The Temporal server. The ports are those of the own server, which `up` starts.'),
    http: keys(
      {
        host: text('127.0.0.1').default('127.0.0.1').describe('Address to listen on.'),
        port: port(8_790).default(8_790).describe('Port of HTTP and the web page.'),
        healthPort: port(8_765).optional().describe('Port of a second listener, which serves the health checks only. Absent: it is not opened.'),
      },
      '{ port: 8790 }',
      'port',
    )
      .prefault({})
      .describe('HTTP and the web page.'),
    limits: keys(
      {
        suspectAfter: duration(second, day, '5s')
          .default(5 * second)
          .describe('A node is suspect after this long without a good probe.'),
        unreachableAfter: duration(second, day, '15s')
          .default(15 * second)
          .describe('A node is unreachable after this long without a good probe. It gets no new jobs.'),
        lostAfter: duration(second, 30 * day, '10m')
          .default(600 * second)
          .describe('A node is lost after this long without a good probe. Its items are started elsewhere. Must exceed every selfFence.'),
        ...reachKeys,
      },
      '{ lostAfter: 10m }',
    )
      .prefault({})
      .describe('How long a node may be silent before its state changes, and how long a login, a probe and a command may take.'),
    intervals: keys(
      {
        sweep: duration(200, 60 * second, '2s')
          .default(2 * second)
          .describe('How often nodes are probed.'),
        watch: duration(200, 60 * second, '1s')
          .default(second)
          .describe('How often jobs are probed.'),
      },
      '{ sweep: 2s }',
    )
      .prefault({})
      .describe('How often nodes and jobs are probed.'),
    backups: keys(
      {
        every: durationOrNone(minute, 30 * day, '1h')
          .default(backupDefaults.everyMs)
          .describe('How often every ledger is copied. `none`: never.'),
        keep: whole(1, 1_000, backupDefaults.keep).default(backupDefaults.keep).describe('The newest backups that are kept.'),
      },
      '{ every: 1h, keep: 24 }',
    )
      .prefault({})
      .describe('Copies of the ledgers, in data/backups of the state folder.'),
    retention: keys(
      {
        files: durationOrNone(day, 3_650 * day, '14d')
          .default(retentionDefaults.filesMs)
          .describe('Training sets, models and payload snapshots at home that nothing needs are removed at this age. `none`: never.'),
        champions: whole(0, 100_000, retentionDefaults.champions)
          .default(retentionDefaults.champions)
          .describe('The newest former champions of each pipeline whose files are kept at any age.'),
        items: durationOrNone(day, 3_650 * day, '30d')
          .default(retentionDefaults.itemsMs)
          .describe(
            'A closed item is removed from the queue this long after its end. Until then, adding the same item again changes nothing. `none`: never.',
          ),
        games: durationOrNone(day, 3_650 * day, '90d')
          .default(retentionDefaults.gamesMs)
          .describe(
            'The games of a turn are removed from selfplay.db at this age, if the next training does not take them. The files of games stay. `none`: never.',
          ),
        events: duration(day, 3_650 * day, '90d')
          .default(eventRetentionDefaults.ageMs)
          .describe('Events are removed from the event log at this age, when all their subscribers got them.'),
        eventsMax: whole(1_000, 10_000_000, eventRetentionDefaults.eventsMax)
          .default(eventRetentionDefaults.eventsMax)
          .describe('The event log keeps at most this many events. The oldest are removed first.'),
      },
      '{ files: 14d, champions: 10 }',
    )
      .prefault({})
      .describe(
        'How long files at home, items, games and events are kept. The champion, and what an open item or the newest turn needs, is never removed.',
      ),
    logs: keys(
      {
        stdout: size(64 * kibibyte, 64 * gibibyte, '64MiB')
          .default(logLimitsDefault.stdoutBytesMax)
          .describe('How much of the stdout of a job its node keeps: the first and the last part. The program goes on when it writes more.'),
        stderr: size(64 * kibibyte, 64 * gibibyte, '64MiB')
          .default(logLimitsDefault.stderrBytesMax)
          .describe('The same for stderr.'),
        home: size(kibibyte, 16 * kibibyte, '4KiB')
          .default(logLimitsDefault.homeBytesMax)
          .describe('How much of the end of each of the two comes home when a job ends, and is kept there.'),
      },
      '{ stdout: 64MiB, stderr: 64MiB }',
    )
      .prefault({})
      .describe('How much of what jobs print is kept.'),
    secrets: list(secret, 100, '[{ fromEnv: WANDB_API_KEY }]', 'fromEnv')
      .default([])
      .describe('Secrets that items of `queue add` may name in env. Stages name theirs in their own env.'),
    allowRootLocal: truth()
      .default(false)
      .describe('true: root may run a cluster with a local node. Every user of this machine can then run programs as root.'),
    nodes: list(node, 500, '[{ id: here, local: true }]', 'id')
      .min(1, { error: refusal('names no node', '- { id: here, local: true }') })
      .describe('The machines of the cluster.'),
    datasets: list(dataset, 1_000, '[]', 'id').default([]).describe('Trees of files that are kept in sync.'),
    pipelines: list(pipeline, 100, '[]', 'name').default([]).describe('Self-play training loops.'),
    alerts: keys(
      {
        channels: list(channel, channelsMax, '[{ id: ops, log: true }]', 'id').default([]).describe('The ways on which alerts reach people.'),
      },
      '{ channels: [] }',
      'channels',
    )
      .prefault({})
      .describe('Who is sent the alerts (docs/alerts.md).'),
    daemons: list(daemon, 200, '[]', 'id').default([]).describe('Your own programs that are always on, on nodes.'),
  },
  'cluster: demo',
);

export type ClusterFile = z.output<typeof clusterFileSchema>;
/** Returns the port of the Temporal server's metrics. If the file names none, this is the server's own port plus 2. */
export const metricsPortOf = ({ port: serverPort, metricsPort }: ClusterFile['temporal']): number => metricsPort ?? serverPort + 2;

/** The schemas of list entries. `load-cluster.ts` checks each entry by itself, so that a fault in one node does not hide the faults of another. */
export const entrySchemas = { nodes: node, datasets: dataset, pipelines: pipeline, daemons: daemon } as const;
