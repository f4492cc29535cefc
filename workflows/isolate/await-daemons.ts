import { condition, patched, setHandler } from '@temporalio/workflow';
import { decideWait, type DaemonWait, type MissingDaemon, type WaitingStage } from '../../src/domain/daemon/await-daemons.ts';
import { daemonsOfStage, type PipelineStage } from '../../src/domain/pipeline/stages.ts';
import { ledger } from './activities.ts';
import { setDetails } from './details.ts';
import { failWith } from './failure-of.ts';
import { patches } from './patches.ts';
import { wakeSignal } from './signals.ts';

/** The stages that began to wait for their daemons later than the others. */
const patchOf: Partial<Readonly<Record<PipelineStage, string>>> = { distribute: patches.distribution };

/**
 * Waits until the daemons run whose duty the stage is. The turn says which daemon it waits for, and why the daemon does not run. A daemon that starts wakes
 * the turns that wait for it; the turn also looks again by itself. `src/domain/daemon/await-daemons.ts` decides when the turn ends instead.
 */
export async function awaitDaemons(pipeline: string, turn: number, stage: PipelineStage): Promise<void> {
  const daemons = daemonsOfStage(stage);
  if (daemons.length === 0 || !patched(patchOf[stage] ?? patches.stageDaemons)) return;
  let woken = false;
  setHandler(wakeSignal, () => void (woken = true), { description: 'Look again whether the daemon of the stage runs' });
  let isBounded: boolean | undefined;
  let waitedMs = 0;
  let said = '';
  for (;;) {
    woken = false;
    const { missing } = await ledger.daemonsNotRunning({ daemons });
    const [first, ...others] = missing;
    if (first === undefined) return;
    // The patch is asked for once, and only when a daemon does not run. So the history of a turn that never waits has no trace of it.
    isBounded ??= patched(patches.daemonWait);
    const next = isBounded ? decideWait([first, ...others], { pipeline, turn, stage }, waitedMs) : waitForEver(first, { pipeline, turn, stage });
    if (next.type === 'end') throw failWith(next.failure);
    setDetails(`turn ${turn}: ${stage} ${next.detail}`, {}, stage);
    if (!isBounded || next.detail !== said) await ledger.recordStage({ pipeline, turn, stage, detail: next.detail });
    said = next.detail;
    await condition(() => woken, next.restMs, { summary: `waiting for ${first.id}` });
    // A look counts in full also when the wake-up of a daemon ended the rest. So the looks are bounded.
    waitedMs += next.restMs;
  }
}

/** The wait of a turn that began before the patch `daemonWait`. */
const waitForEver = ({ failed: _failed, ...missing }: MissingDaemon, waiting: WaitingStage): DaemonWait => decideWait([missing], waiting, 0);
