import type { Views } from '../../contract/views.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { isStopped, isTurnOver } from '../../domain/pipeline/stages.ts';
import type { Context, Found } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import type { DemoTurns } from './begin-turns.ts';
import { announce, faultTargets, followFault, type PlantedFault } from './fault-watch.ts';
import { panelLines } from './panel.ts';
import { emptyRecord, remember, type DemoRecord } from './record.ts';
import type { Screen } from './screen.ts';
import { storyOf, type StoryLine } from './story-of.ts';
import { demoFailedMsMax, demoLookEveryMs, plantTriesMax, repairMsMax } from '../limits.ts';

export interface WatchParts {
  readonly found: Found;
  readonly context: Context;
  readonly name: string;
  readonly turns: DemoTurns;
  readonly startMs: number;
  readonly limitMs: number;
  readonly fault: boolean;
  readonly signal: AbortSignal;
  readonly screen: Screen;
  readonly sleep: (ms: number) => Promise<unknown>;
}

export interface StoryEnd {
  readonly exit: 'ok' | 'late' | 'failure' | 'unrepaired';
  readonly status: Views['Status'];
  readonly view: PipelineView | undefined;
  readonly record: DemoRecord;
  readonly fault: PlantedFault | undefined;
}

/**
 * Watches until the turns are done, the time limit is reached (counted from the start of play), or a signal interrupts. Returns the last look at the
 * cluster.
 */
export async function watchStory(parts: WatchParts): Promise<StoryEnd> {
  const { found, context, name, turns, startMs, screen, signal } = parts;
  let before: Views['Status'] | undefined;
  let record = emptyRecord(turns.first);
  let fault: PlantedFault | undefined;
  let plantTries = parts.fault ? 0 : plantTriesMax;
  let missed = 0;
  const playMs = context.nowMs();
  for (;;) {
    const now = await look(found);
    const elapsedMs = context.nowMs() - startMs;
    if (now === undefined) {
      missed += 1;
      if (missed === 5) screen.tell([{ tone: 'bad', text: 'control does not answer; waiting for it to be started again' }], []);
    } else {
      if (missed >= 5) screen.tell([{ tone: 'good', text: 'control answers again' }], []);
      missed = 0;
      const view = now.pipelines.find((one) => one.name === name);
      // The fault watch narrates the planted fault, so other lines about the fault's item are left out.
      const lines: StoryLine[] = storyOf(before, now).filter(
        (line) => fault === undefined || (!line.text.startsWith(`${fault.item}/`) && !line.text.startsWith(`${fault.item} `)),
      );
      record = remember(record, now, view, startMs);
      if (fault !== undefined) {
        const followed = followFault(fault, now, context.nowMs());
        fault = followed.fault;
        lines.push(...followed.lines);
      } else if (plantTries < plantTriesMax && !signal.aborted && view !== undefined && !isPlayed(view, turns)) {
        for (const target of faultTargets(now, name, turns.first + 1, context.nowMs() - playMs)) {
          plantTries += 1;
          fault = await plant(parts, target);
          if (fault !== undefined) break;
        }
        if (fault !== undefined) lines.push(announce(fault));
      }
      screen.tell(lines, panelLines({ status: now, view, turnsWanted: turns.last, elapsedMs, ageMs: now.ageMs }, context.colour));
      before = now;
      const exit = endOf(view, turns, fault, context.nowMs());
      if (exit !== undefined) return { exit, status: now, view, record, fault };
    }
    if (signal.aborted || context.nowMs() - playMs > parts.limitMs) return late(parts, before, record, fault);
    await parts.sleep(demoLookEveryMs);
  }
}

/** True when the pipeline rests after the last wanted turn, and the planted fault is repaired or can no longer be repaired. */
function endOf(view: PipelineView | undefined, turns: DemoTurns, fault: PlantedFault | undefined, nowMs: number): StoryEnd['exit'] | undefined {
  if (view === undefined) return undefined;
  if (isPlayed(view, turns)) {
    if (fault === undefined || fault.phase === 'repaired') return 'ok';
    return nowMs - fault.atMs > repairMsMax ? 'unrepaired' : undefined;
  }
  return isStopped(view.stage) && nowMs - view.stageSinceMs > demoFailedMsMax ? 'failure' : undefined;
}

const isPlayed = (view: PipelineView, turns: DemoTurns): boolean => view.turn > turns.last || (view.turn === turns.last && isTurnOver(view.stage));

function late(
  { found, name, limitMs }: WatchParts,
  status: Views['Status'] | undefined,
  record: DemoRecord,
  fault: PlantedFault | undefined,
): StoryEnd {
  if (status !== undefined) return { exit: 'late', status, view: status.pipelines.find((one) => one.name === name), record, fault };
  throw new VerbFailure('degraded', {
    cannot: 'follow the demo',
    because: `control never answered within ${limitMs / 1000} s`,
    hint: { say: `ringmaster doctor, and the files in ${found.state}/logs` },
  });
}

async function look(found: Found): Promise<Views['Status'] | undefined> {
  try {
    return await ask(found, 'status');
  } catch {
    return undefined;
  }
}

/** Plants the fault. If the job ends before the kill, no fault is planted, and the demo chooses another job after its next look at the cluster. */
async function plant(
  { found, context }: WatchParts,
  job: { readonly item: string; readonly epoch: number; readonly node: string; readonly startedAtMs: number },
): Promise<PlantedFault | undefined> {
  try {
    const { item, epoch, node } = job;
    const { pid } = await context.launcher.plantFault({ state: found.state, item, epoch, node });
    const atMs = context.nowMs();
    return { item, epoch, node, pid, atMs, phase: 'planted', lostMs: Math.max(0, atMs - job.startedAtMs) };
  } catch {
    return undefined;
  }
}
