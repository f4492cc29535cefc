/**
 * The launcher's commands for the CLI, which may not import the launcher. Each command loads the launcher only when the command is called, because
 * most verbs of the CLI do not need the launcher. `bin/ringmaster` adds the commands that concern the checkout (`isBuilt`, `addonFault`, `demoFile`).
 */
import { existsSync } from 'node:fs';
import { given } from '../../src/base/given.ts';
import type { LedgerKey } from '../../src/storage/ledger/registry.ts';
import type { LauncherCommands } from '../../src/service/launcher/launcher-commands.ts';
import type { ConfigNews } from '../../src/service/launcher/config-news.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { purgeLines } from './purge-lines.ts';
import type { LeavingPipeline } from '../../src/domain/pipeline/leaving.ts';
import type { LeavingNode } from '../../src/domain/node/leaving.ts';
import { jobKey } from '../../src/domain/ids.ts';

type UpParts = Parameters<LauncherCommands['up']>[0];

interface Commands extends Omit<LauncherCommands, 'isBuilt' | 'demoFile' | 'nodeFault' | 'addonFault'> {
  /** `programs` is the folder of the programs of the cluster's processes: `dist`, or that of the bundles. */
  readonly up: (parts: UpParts & { readonly programs?: string }) => ReturnType<LauncherCommands['up']>;
}

export const launcherCommands: Commands = {
  /**
   * This command does not read `signal`, because an interrupted start would leave processes without a record. The CLI waits for the start and then
   * calls `down`.
   */
  up: async ({ file, place, say, areChangesShown, programs }) => {
    const { up } = await import('./up.ts');
    const { requireRunningCluster } = await import('../../src/config/running-cluster.ts');
    const { sayLeaving } = await import('../../src/domain/node/leaving.ts');
    const onLeaving = (nodes: readonly LeavingNode[]): void => nodes.flatMap(sayLeaving).forEach(say);
    const { sayLeavingPipeline } = await import('../../src/domain/pipeline/leaving.ts');
    const onLeavingPipelines = (left: readonly LeavingPipeline[]): void => left.flatMap(sayLeavingPipeline).forEach(say);
    const { newsLines } = await import('../../src/service/launcher/news-lines.ts');
    const onChanges = (news: ConfigNews): void => (areChangesShown === true ? undefined : newsLines(news).forEach(say));
    const report = await up({
      clusterFile: file,
      place,
      onPlace: say,
      onProgress: changesOf(say),
      onChanges,
      onLeaving,
      onLeavingPipelines,
      ...given({ distFolder: programs }),
    });
    const { sayMissing } = await import('./say-missing.ts');
    sayMissing(report).forEach(say);
    return requireRunningCluster(report.state);
  },

  down: async ({ state, purge, say }) => {
    const { down } = await import('./down.ts');
    const report = await down({ state, purge });
    for (const node of report.nodes) {
      if ('unreachable' in node) say(`node ${node.node}: nothing could be stopped there: ${node.unreachable}`);
      else if (node.stopped > 0) say(`node ${node.node}: ${node.stopped} ${node.stopped === 1 ? 'process' : 'processes'} stopped`);
    }
    for (const { name, pid, how } of report.processes) if (how === 'stuck') say(`${name} (pid ${pid}) does not end, not even on SIGKILL`);
    for (const line of purgeLines(report)) say(line);
    return { left: report.left, stopped: report.processes.filter(({ how }) => how !== 'was-gone').map(({ name }) => name) };
  },

  look: async ({ state }) => (await import('./look-at-launcher.ts')).lookAtLauncher(state),

  findServer: async ({ running }) => {
    const { findTemporalCli, namedServer } = await import('../temporal-server/find-server.ts');
    const cli = (): string => {
      const { executable, from } = findTemporalCli();
      return `${executable} (${from})`;
    };
    if (running !== undefined) {
      const { temporalAddress, temporalEmbedded, temporalBecause, temporalPassedOver } = running;
      const why = temporalBecause === undefined ? '' : `; why: ${temporalBecause}`;
      const over = temporalPassedOver === undefined ? '' : `; ${temporalPassedOver}`;
      return `${temporalEmbedded ? `own server at ${temporalAddress}, run by ${cli()}` : `external server at ${temporalAddress}`}${why}${over}`;
    }
    const named = namedServer();
    return named === undefined ? cli() : `${named.address} (${named.from}), unless it is the own server or the cluster file says otherwise`;
  },

  temporalCli: async () => (await import('../temporal-server/find-server.ts')).findTemporalCli().executable,
  launcherLife: async ({ state }) => {
    const { askStatus } = await import('./socket/ask-launcher.ts');
    if ((await askStatus(state)).type !== 'absent') return 'runs';
    const { statePaths } = await import('../../src/domain/cluster/state-paths.ts');
    const { liveRecords } = await import('../../src/process/process-record.ts');
    // A stop in order removes the launcher's record.
    return liveRecords(state).length > 0 || existsSync(statePaths(state).launcherState) ? 'died' : 'stopped';
  },

  ledgers: async ({ state, config }) => {
    const { ledgersView } = await import('../../src/storage/backup/ledgers-view.ts');
    return ledgersView(state, config, Date.now());
  },

  checkLedgers: async ({ state, ledgers, withBackups }) => {
    const { checkLedgers } = await import('../../src/storage/backup/ledgers-view.ts');
    return checkLedgers(state, ledgers, withBackups);
  },

  backUpLedgers: async ({ state, keep }) => {
    const { backUpLedgers } = await import('../../src/storage/backup/back-up-ledgers.ts');
    const { keepFilesPrivate } = await import('../../src/system/private.ts');
    keepFilesPrivate();
    return backUpLedgers({ state, keep, isWhole: true });
  },

  restoreLedgers: async ({ state, from, ledgers }) => {
    const { restoreStopped } = await import('./restore-stopped.ts');
    return restoreStopped({ state, ...given({ from, only: ledgers as readonly LedgerKey[] | undefined }) });
  },

  news: async ({ config, source }) => (await import('./config-news.ts')).newsOfConfig(config, source),

  refusedPayloads: async ({ config }) => (await import('./refused-payloads.ts')).refusedPayloads(config),

  tryPayload: async (parts) => {
    const { tryPayload } = await import('../payload-try/try-payload.ts');
    return { faults: await tryPayload(parts) };
  },

  plantFault: async ({ state, item, epoch }) => {
    const { plantFault } = await import('../../src/practice/plant-fault.ts');
    const { requireRunningCluster } = await import('../../src/config/running-cluster.ts');
    const { ensureIdentity } = await import('../../src/config/cluster-identity.ts');
    const pid = plantFault(ensureIdentity(state, requireRunningCluster(state).config.cluster), { item, epoch });
    if (pid === undefined) throw new Error(`${jobKey({ item, epoch })} does not run on this machine`);
    return { pid };
  },
};

/** Returns a listener that says a line whenever the state of a process changes. */
function changesOf(say: (line: string) => void): (processes: readonly ProcessView[]) => void {
  const lastStates = new Map<string, ProcessView['state']>();
  return (processes) => {
    for (const { name, state, pid } of processes) {
      if (lastStates.get(name) === state || state === 'stopped') continue;
      lastStates.set(name, state);
      say(`${name.padEnd(10)} ${state}${state === 'running' ? ` (pid ${pid})` : ''}`);
    }
  };
}
