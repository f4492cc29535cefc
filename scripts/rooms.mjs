/**
 * The one table of rooms (folders of source code). Each row says which rooms and packages a room may import, and whether the room may use Node's
 * built-ins. When `imports` names a folder below a room, only that folder of the room may be imported. `scripts/write-rooms.mjs` generates the
 * tsconfigs from this table, and `oxlint.config.mjs` reads the import walls from it. `npm run check` fails when a tsconfig disagrees with the table.
 */
export const rooms = {
  'src/base': { imports: [], packages: [], node: false },
  'src/domain': { imports: ['src/base'], packages: [], node: false },
  'src/contract': { imports: ['src/base', 'src/domain'], packages: ['@noble/hashes'], node: false },
  workflows: { imports: ['src/base', 'src/domain', 'src/contract'], packages: ['@temporalio/workflow', '@temporalio/common'], node: false },
  'src/system': { imports: ['src/base'], packages: [], node: true },
  'src/telemetry': { imports: ['src/base', 'src/domain', 'src/system'], packages: ['pino', 'prom-client'], node: true },
  'src/config': { imports: ['src/base', 'src/domain', 'src/system'], packages: ['zod', 'yaml'], node: true },
  'src/storage': { imports: ['src/base', 'src/domain', 'src/system', 'src/telemetry'], packages: ['better-sqlite3', 'zod'], node: true },
  'src/duty': { imports: ['src/base', 'src/domain', 'src/storage'], packages: [], node: false },
  'src/process': { imports: ['src/base', 'src/domain', 'src/system', 'src/telemetry'], packages: [], node: true },
  'src/transport': { imports: ['src/base', 'src/domain', 'src/system', 'src/process', 'src/telemetry'], packages: ['ssh2'], node: true },
  'src/practice': { imports: ['src/base', 'src/domain', 'src/system', 'src/process', 'src/transport', 'src/telemetry'], packages: [], node: true },
  activities: {
    imports: ['src/base', 'src/domain', 'src/contract', 'src/storage', 'src/process', 'src/transport', 'src/telemetry'],
    packages: ['@temporalio/activity', '@temporalio/common'],
    node: true,
  },
  'src/service': {
    // `src/storage/read` is a folder below a room: the service may read the ledgers, but may import nothing else of the storage.
    imports: ['src/base', 'src/domain', 'src/contract', 'src/telemetry', 'src/storage/read', 'src/duty'],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/envconfig'],
    node: true,
  },
  'src/http': {
    imports: ['src/base', 'src/domain', 'src/contract', 'src/config', 'src/service', 'src/telemetry'],
    packages: ['fastify', 'prom-client', 'zod'],
    node: true,
  },
  'src/cli': {
    imports: ['src/base', 'src/domain', 'src/contract', 'src/system', 'src/config', 'src/service', 'src/telemetry'],
    packages: ['commander', '@commander-js/extra-typings'],
    node: true,
  },
  workers: {
    imports: [
      'src/base',
      'src/domain',
      'src/contract',
      'src/telemetry',
      'src/system',
      'src/config',
      'src/storage',
      'src/duty',
      'src/process',
      'src/transport',
      'src/practice',
      'src/service',
      'src/http',
      'activities',
    ],
    packages: ['@temporalio/worker', '@temporalio/client', '@temporalio/common', 'tinypool'],
    node: true,
  },
  'examples/connect-four': { imports: [], packages: [], node: true },
};

/** Returns the room that a folder belongs to. */
export const roomOf = (folder) => Object.keys(rooms).find((room) => folder === room || folder.startsWith(`${room}/`));
