import { condition, patched, setHandler } from '@temporalio/workflow';
import { daemonsOfStage, type PipelineStage } from '../../src/domain/pipeline/stages.ts';
import { ledger } from './activities.ts';
import { setDetails } from './details.ts';
import { daemonCheckMs } from './limits.ts';
import { patches } from './patches.ts';
import { wakeSignal } from './signals.ts';

/**
 * Waits until the daemons run whose duty the stage is. The turn says which daemon it waits for, and why the daemon does not run. A daemon that starts wakes
 * the turns that wait for it; the turn also looks again each `daemonCheckMs`.
 */
export async function awaitDaemons(pipeline: string, turn: number, stage: PipelineStage): Promise<void> {
  const daemons = daemonsOfStage(stage);
  if (daemons.length === 0 || !patched(patches.stageDaemons)) return;
  let woken = false;
  setHandler(wakeSignal, () => void (woken = true), { description: 'Look again whether the daemon of the stage runs' });
  for (;;) {
    woken = false;
    const { missing } = await ledger.daemonsNotRunning({ daemons });
    const [one] = missing;
    if (one === undefined) return;
    const detail = `waits for ${one.id}, which is ${one.state} because ${one.because}`;
    setDetails(`turn ${turn}: ${stage} ${detail}`, {}, stage);
    await ledger.recordStage({ pipeline, turn, stage, detail });
    await condition(() => woken, daemonCheckMs, { summary: `waiting for ${one.id}` });
  }
}
