/**
 * The watch `daemons` of `src/domain/cluster/watch.ts`: whether each daemon that should run does its rounds. The first row that fits holds.
 *
 * | shown                                                                          | ready |
 * |--------------------------------------------------------------------------------|-------|
 * | an operator stopped the daemon, with the stages that wait for it. A stop of many is one clause | yes |
 * | the daemon has never run                                                       | no    |
 * | the daemon has failed                                                          | no    |
 * | the daemon does not run, after more failures and losses in a row than delays     | no    |
 * | the daemon waits for others that do not run: only the others are shown           | yes   |
 * | the daemon does not run, and has not changed its state for `daemonAwayMsMax`     | no    |
 * | the daemon runs, and has done no round for three of its intervals               | no    |
 */
import type { Watch } from '../cluster/watch.ts';
import type { Hint } from '../failure/hint.ts';
import { daemonAwayMsMax } from '../limits.ts';
import { daemonsOfStage, workStages } from '../pipeline/stages.ts';
import { carriesDependants, type DaemonView, delaysOf } from './daemon.ts';
import { backoffMs } from './lifecycle.ts';
import { isSilent } from './silence.ts';

export interface DaemonLook extends Pick<
  DaemonView,
  'id' | 'intervalMs' | 'state' | 'because' | 'wish' | 'missing' | 'restarts' | 'losses' | 'failure'
> {
  /** The time since the last round or the last change of state. Undefined when the daemon has never run. */
  readonly ageMs: number | undefined;
}

interface Fault {
  readonly detail: string;
  readonly hint: Hint;
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const isWishedStopped = ({ wish }: DaemonLook): boolean => wish.wish === 'stopped';

export function daemonWatch(daemons: readonly DaemonLook[]): Omit<Watch, 'name'> {
  const faults = daemons.flatMap((one) => faultOf(one, daemons) ?? []);
  const stopped = daemons.filter(isWishedStopped);
  const detail = [...faults.map((fault) => fault.detail), ...sayStops(stopped, daemons.length)].join('; ');
  const ageMs = Math.max(0, ...daemons.filter((one) => !isWishedStopped(one)).map((one) => one.ageMs ?? 0));
  const [first] = faults;
  if (first !== undefined) return { ok: false, ageMs, detail, hint: first.hint };
  if (stopped.length === 0) return { ok: true, ageMs, detail: `${daemons.length} daemons run` };
  return {
    ok: true,
    notice: true,
    ageMs,
    detail,
    hint: { run: `ringmaster daemon start ${stopped.length === daemons.length ? '--all' : stopped.map(({ id }) => id).join(' ')}` },
  };
}

function faultOf(daemon: DaemonLook, all: readonly DaemonLook[]): Fault | undefined {
  const { id, state, because, failure, ageMs } = daemon;
  const fault = (detail: string, verb = 'show'): Fault => ({ detail: `${id} ${detail}`, hint: { run: `ringmaster daemon ${verb} ${id}` } });
  if (isWishedStopped(daemon)) return undefined;
  if (ageMs === undefined) return fault('has not been started yet');
  if (state === 'failed') return fault(`has failed${failure === undefined ? '' : ` (${failure.record.code})`}: ${because}`, 'reset');
  if (carriesDependants(state)) return isSilent(daemon, ageMs) ? fault(`has done no round for ${seconds(ageMs)}`) : undefined;
  if (delaysOf(daemon) > backoffMs.length) return fault(`is ${state} after ${sayDelays(daemon)} in a row: ${because}`);
  if (state === 'waiting' && waitsForAnother(daemon, all)) return undefined;
  return ageMs > daemonAwayMsMax ? fault(`is ${state} for ${seconds(ageMs)}: ${because}`) : undefined;
}

function sayDelays({ restarts, losses = 0 }: DaemonLook): string {
  const failures = restarts === 0 ? [] : [`${restarts} failures`];
  return [...failures, ...(losses === 0 ? [] : [`${losses} losses of its work`])].join(' and ');
}

const waitsForAnother = ({ missing }: DaemonLook, all: readonly DaemonLook[]): boolean =>
  all.some(({ id, state }) => missing.includes(id) && !carriesDependants(state));

/** A stop of more daemons than this number is shown as a number of daemons, without their names. */
const stopsNamedMax = 3;

/** Returns a clause for each stopped daemon. The daemons of a stop of many have one clause together. */
function sayStops(stopped: readonly DaemonLook[], all: number): readonly string[] {
  return [...new Set(stopped.map(sayStop))].flatMap((stop) => {
    const ids = stopped.filter((one) => sayStop(one) === stop).map(({ id }) => id);
    if (ids.length <= stopsNamedMax) return ids.map((id) => `${id} was ${stop}${sayWaits([id])}`);
    return [`${ids.length === all ? `all ${all}` : ids.length} daemons were ${stop}${sayWaits(ids)}`];
  });
}

const sayStop = ({ wish: { by, reason } }: DaemonLook): string => `stopped by ${by} (${reason})`;

function sayWaits(ids: readonly string[]): string {
  const stages = workStages.filter((stage) => daemonsOfStage(stage).some((id) => ids.includes(id)));
  return stages.length === 0 ? '' : `: turns wait before their ${stages.join(' and ')}`;
}
