import type { Views } from '../../contract/views.ts';
import { openListeners } from '../../domain/cluster/http-listeners.ts';
import { upCommand } from '../../domain/cluster/own-command.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { LauncherLook } from '../../domain/cluster/status.ts';
import { outputBehindTest } from '../../domain/node/login-fix.ts';
import { sayOldLook } from '../../service/node/say-unheard.ts';
import { isEndShown, sayWorker } from '../../service/node/say-worker.ts';
import { ago } from '../../service/say.ts';
import { isPortFree } from '../../system/port.ts';
import type { Context, Found } from '../context/context.ts';
import { ask, ControlDown } from '../context/control.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';
import { readModelAgeMsMax } from '../limits.ts';
import { backupsOf } from '../../domain/ledger/backup.ts';
import { sayBackups } from '../ledger/say-backups.ts';
import { fault, guarded, ok, skipped, warn, type Check } from './check.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

/** Returns the checks of the running cluster. When the cluster is not running, returns checks of whether its ports are free. */
export async function clusterChecks(context: Context, found: Found): Promise<readonly Check[]> {
  return [...(await processChecks(context, found)), await backups(context, found)];
}

/** Reads the folder of backups itself, because backups matter most while the cluster does not run. */
const backups = ({ launcher }: Context, { state, running }: Found): Promise<Check> =>
  guarded('backups', async () => {
    const { level, detail, fix } = sayBackups(await launcher.ledgers({ state, config: backupsOf(running.config) }));
    return level === 'ok' ? ok('backups', detail) : (level === 'warn' ? warn : fault)('backups', detail, fix);
  });

async function processChecks(context: Context, found: Found): Promise<readonly Check[]> {
  const { launcher, processes } = await context.launcher
    .look({ state: found.state })
    .catch((): LauncherLook => ({ launcher: 'none', processes: [] }));
  const checks: Check[] = processes.map((one) =>
    one.silentSeconds !== undefined
      ? warn(
          `process ${one.name}`,
          `no sign of life for ${one.silentSeconds} s; the launcher will restart it`,
          `tail -n 50 ${statePaths(found.state).log(one.name)}`,
        )
      : one.state === 'running'
        ? ok(`process ${one.name}`, `pid ${one.pid} for ${ago(context.nowMs() - one.sinceMs)}, ${one.restarts} restarts`)
        : (one.state === 'failed' ? fault : warn)(`process ${one.name}`, one.state, `tail -n 50 ${statePaths(found.state).log(one.name)}`),
  );
  let status: Views['Status'];
  try {
    status = await ask(found, 'status');
  } catch (error) {
    if (!(error instanceof ControlDown))
      return [...checks, fault('control', sentenceOf(asVerbFailure(error)), `tail -n 50 ${statePaths(found.state).log('control')}`)];
    if (processes.some((one) => one.state === 'running'))
      return [...checks, fault('control', sentenceOf(error), `tail -n 50 ${statePaths(found.state).log('control')}`)];
    if (launcher === 'absent' || launcher === 'silent')
      return [
        ...checks,
        fault(
          'launcher',
          `the launcher ${launcher === 'absent' ? 'is gone' : 'does not reply'}, and control does not respond`,
          upCommand(found.running.source),
        ),
      ];
    return [...checks, skipped('cluster', `${found.running.config.cluster} is not running`), ...(await portChecks(found))];
  }
  return [...checks, ...watchChecks(status), ...answerChecks(status, found), ...(await ledgers(found))];
}

/** What each part that keeps the cluster running was last seen to do. Old evidence is a fault, because everything else in the report rests on it. */
const watchChecks = ({ watches }: Views['Status']): Check[] =>
  watches.map(({ name, ok: isOk, notice, detail, hint }) =>
    isOk
      ? notice === true
        ? warn(`watch ${name}`, detail, hint?.run ?? 'ringmaster status')
        : ok(`watch ${name}`, detail)
      : fault(`watch ${name}`, detail, hint?.run ?? hint?.say ?? 'ringmaster status'),
  );

/** The fix for a login that prints outside our programs. Every command on the node also waits for what such a start-up file does. */
const quietLogin = `put ${outputBehindTest}`;

function answerChecks(status: Views['Status'], found: Found): Check[] {
  const fresh = status.ageMs <= readModelAgeMsMax;
  return [
    fresh
      ? ok('control', `responds; its ledgers were read ${ago(status.ageMs)} ago`)
      : fault('control', `what it shows is ${ago(status.ageMs)} old`, `tail -n 50 ${statePaths(found.state).log('ledger')}`),
    ...status.daemons.flatMap(daemonCheck),
    ...status.nodes.flatMap((node) => [...noiseCheck(node), nodeCheck(node)]),
    ...status.pipelines
      .filter(({ name, failure }) => failure !== undefined && found.running.config.pipelines.some((one) => one.name === name))
      .map((one) => fault(`pipeline ${one.name}`, one.failure === undefined ? '' : sentenceOf(one.failure), `ringmaster explain ${one.name}`)),
  ];
}

/** A daemon that has failed needs a person, and one that was stopped stays stopped. The others come back by themselves. */
function daemonCheck({ id, state, because }: Views['Status']['daemons'][number]): Check[] {
  const detail = `${state}: ${because}`;
  if (state === 'failed') return [fault(`daemon ${id}`, detail, `ringmaster daemon reset ${id}`)];
  return state === 'stopped' ? [warn(`daemon ${id}`, detail, `ringmaster daemon start ${id}`)] : [];
}

type Node = Views['Status']['nodes'][number];

function nodeCheck(node: Node): Check {
  const name = `node ${node.node}`;
  if (node.isLookOld) return fault(name, sayOldLook(node), `ringmaster explain ${node.node}`);
  if (node.state === 'alive' && node.sharesFolderWith !== undefined) return warn(name, node.evidence, 'ringmaster explain node.shared-folder');
  const worker = sayWorker(node, Date.now());
  if (node.state === 'alive' && node.worker?.fault !== undefined)
    return warn(name, `${node.evidence}; ${worker}`, `ringmaster explain ${node.worker.fault.split(':')[0]}`);
  if (node.state === 'alive' && isEndShown(node, Date.now()))
    return warn(name, `${node.evidence}; ${worker}`, `ringmaster event list --about node:${node.node}`);
  if (node.state === 'alive') return ok(name, [node.evidence || 'alive', ...(worker === undefined ? [] : [worker])].join('; '));
  return (node.state === 'joining' ? warn : fault)(name, `${node.state}: ${node.evidence}`, node.fix ?? `ringmaster explain ${node.node}`);
}

/** A login that prints is named beside the other faults of its node. */
const noiseCheck = (node: Node): Check[] =>
  node.isLookOld !== true && node.state === 'alive' && node.noise !== undefined
    ? [warn(`node ${node.node}`, `its login prints "${node.noise}", which is ignored`, quietLogin)]
    : [];

async function ledgers(found: Found): Promise<Check[]> {
  try {
    const files = await ask(found, 'ledgers');
    return files.map((one) =>
      one.ok ? ok(`ledger ${one.file}`, one.detail) : fault(`ledger ${one.file}`, one.detail, 'ringmaster explain ledger.corrupt'),
    );
  } catch (error) {
    return [fault('ledgers', sentenceOf(asVerbFailure(error)), `tail -n 50 ${statePaths(found.state).log('ledger')}`)];
  }
}

async function portChecks({ running }: Found): Promise<Check[]> {
  const { http, temporal } = running.config;
  const ports: [string, number][] = [
    ...openListeners(http).map(({ what, port }): [string, number] => [what, port]),
    ...(running.temporalEmbedded
      ? ([
          ['temporal', temporal.port],
          ['temporal ui', temporal.uiPort],
        ] as [string, number][])
      : []),
  ];
  return Promise.all(
    ports.map(async ([name, port]) =>
      (await isPortFree(port).catch(() => false))
        ? ok(`port ${port}`, `free for ${name}`)
        : fault(
            `port ${port}`,
            `another program listens where ${name} should`,
            `ss -ltnp 'sport = :${port}' shows it; stop it or change the port in ${running.source}`,
          ),
    ),
  );
}
