import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { ago, bytes, plural } from '../../service/say.ts';
import type { PlantedFault } from './fault-watch.ts';
import type { DemoRecord } from './record.ts';
import { signed } from './story-of.ts';
import { jobKey } from '../../domain/ids.ts';

export interface SummaryParts {
  readonly status: ClusterStatus;
  readonly view: PipelineView;
  readonly record: DemoRecord;
  readonly fault: PlantedFault | undefined;
  readonly elapsedMs: number;
}

/** Returns the summary at the end of the demo. */
export function summaryLines({ status, view, record, fault, elapsedMs }: SummaryParts): string[] {
  const total = [...record.syncs.values()].reduce((sum, one) => sum + one, 0);
  const models = status.models.filter((one) => one.pipeline === view.name && one.turn >= record.firstTurn);
  const judged = models.filter((one) => one.state !== 'candidate').toSorted((a, b) => a.turn - b.turn);
  const turns = Math.max(0, view.turn - record.firstTurn + 1);
  return [
    `${plural(turns, 'turn')} in ${ago(elapsedMs)}: ${plural(view.games, 'game')}, ${plural(record.syncs.size, 'sync')} of ${bytes(total)}, champion ${view.champion} at ${Math.round(view.championElo)} Elo`,
    ...judged.map((model) => {
      const gate = record.gates.get(model.id);
      const before = record.eloBefore.get(model.id);
      const gain = model.state === 'rejected' || before === undefined ? '' : `, ${signed(model.elo - before)} Elo (± ${Math.round(model.eloError)})`;
      const sprt =
        gate === undefined
          ? ''
          : `, SPRT ${gate.llr.toFixed(2)} in [${gate.lower.toFixed(2)}, ${gate.upper.toFixed(2)}] after ${plural(gate.pairs, 'pair')}`;
      return `  turn ${model.turn}: ${model.id} ${model.state === 'rejected' ? 'rejected' : 'promoted'}${gain}${sprt}`;
    }),
    faultLine(fault),
  ];
}

function faultLine(fault: PlantedFault | undefined): string {
  if (fault === undefined) return '  no fault was planted';
  const job = jobKey(fault);
  if (fault.phase !== 'repaired') return `  the planted fault (${job} on ${fault.node}) was not seen repaired; it is ${fault.phase}`;
  return `  the planted fault cost ${ago(fault.lostMs)} of work of ${job}: noticed after ${ago(fault.noticedMs ?? 0)}, tried again on ${fault.retriedOn} after ${ago(fault.retriedMs ?? 0)}, made good after ${ago(fault.repairedMs ?? 0)}`;
}

/** Returns the commands to try after the demo. `command` is what a person types to run Ringmaster. */
export function nextLines(command: string, fault: PlantedFault | undefined, status: ClusterStatus, stopped: boolean): string[] {
  if (stopped) return [];
  const item = fault?.item ?? status.recentJobs[0]?.item ?? 'job.hang';
  return [
    'The cluster still runs. Try',
    `  ${command} status`,
    `  ${command} explain ${item}`,
    `  ${command} down`,
    ...(status.temporalUi === undefined ? [] : [`Workflows: ${status.temporalUi}`]),
  ];
}
