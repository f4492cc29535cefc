/**
 * The table of stages. The first rows are the steps of a turn, in their order. The other rows are the ways in which a pipeline rests. The types, the stages
 * of the cluster file, seeds, explanations and the demo's panel are derived from this table. To add a stage, add a row.
 */
import type { JobKind } from '../item/work-item.ts';

interface StageRow {
  /** One sentence for people: what the pipeline does in this stage. */
  readonly meaning: string;
  /** `work`: a step of a turn. `over`: the pipeline rests, and the turn has ended. `stopped`: the pipeline rests, and the turn may go on. */
  readonly phase: 'work' | 'over' | 'stopped';
  /** True for the stages that a turn goes through again when games must be played again. */
  readonly gathering?: true;
  /** The daemons whose duty the stage is. A turn does not begin the stage while one of them does not run. */
  readonly daemons?: readonly string[];
  /** The kind of the stage's jobs, and the stage's key and purpose in the cluster file. Absent for a stage without jobs on nodes. */
  readonly jobs?: { readonly kind: JobKind; readonly configKey: string; readonly purpose: string };
}

export const stages = {
  'self-play': {
    meaning: 'The champion plays itself for new games.',
    phase: 'work',
    gathering: true,
    daemons: ['DATA_PIPELINE', 'QUEUE_POPULATOR'],
    jobs: { kind: 'self-play', configKey: 'selfPlay', purpose: 'Plays games with the champion.' },
  },
  sync: { meaning: 'Games are pulled home from the nodes.', phase: 'work', gathering: true },
  consolidate: { meaning: 'Games are read into the game database.', phase: 'work', gathering: true },
  export: { meaning: 'The training set of the window is written.', phase: 'work' },
  train: {
    meaning: 'A candidate is trained.',
    phase: 'work',
    jobs: { kind: 'train', configKey: 'train', purpose: 'Makes a candidate from the games.' },
  },
  evaluate: {
    meaning: 'The candidate plays the champion in pairs until the SPRT decides.',
    phase: 'work',
    daemons: ['EVALUATION'],
    jobs: { kind: 'evaluate', configKey: 'evaluate', purpose: 'Plays candidate against champion in pairs.' },
  },
  promote: { meaning: 'Verdict, ratings and champion are recorded.', phase: 'work', daemons: ['AUTO_PROMOTION'] },
  distribute: { meaning: 'The champion is pushed to all nodes.', phase: 'work', daemons: ['MODEL_DISTRIBUTION'] },
  done: { meaning: 'The turn is done. If more turns are wanted, the next one begins at once.', phase: 'over' },
  skipped: { meaning: 'The turn was given up. If more turns are wanted, the next one begins at once.', phase: 'over' },
  idle: { meaning: 'All turns asked for are done.', phase: 'over' },
  paused: { meaning: 'The pipeline is paused: no further turn begins until it is resumed.', phase: 'stopped' },
  stopped: { meaning: 'The pipeline was stopped: no turn is wanted until it is run again.', phase: 'stopped' },
  failed: { meaning: 'The pipeline stopped: a stage failed in a way that another try would not change.', phase: 'stopped' },
} as const satisfies Readonly<Record<string, StageRow>>;

type Stages = typeof stages;
export type PipelineStage = keyof Stages;
/** A stage that runs jobs on nodes. */
export type JobStage = { [Stage in PipelineStage]: Stages[Stage] extends { readonly jobs: unknown } ? Stage : never }[PipelineStage];
/** The key of a job stage in the cluster file. */
export type StageKey = Stages[JobStage]['jobs']['configKey'];

const rowOf = (stage: PipelineStage): StageRow => stages[stage];
const allStages = Object.keys(stages) as PipelineStage[];

/** The stages that are steps of a turn, in order. */
export const workStages: readonly PipelineStage[] = allStages.filter((stage) => rowOf(stage).phase === 'work');
export const isStage = (text: string): text is PipelineStage => Object.hasOwn(stages, text);
/** Returns the daemons whose duty the stage is. */
export const daemonsOfStage = (stage: PipelineStage): readonly string[] => rowOf(stage).daemons ?? [];
export const isGathering = (stage: PipelineStage): boolean => rowOf(stage).gathering === true;
export const isResting = (stage: PipelineStage): boolean => rowOf(stage).phase !== 'work';
/** Returns true when a pipeline in this stage rests after the end of a turn. */
export const isTurnOver = (stage: PipelineStage): boolean => rowOf(stage).phase === 'over';

/** Returns true when the stage is the end of a turn that did not complete. No item of the turn may run on. */
export const isTurnGivenUp = (stage: PipelineStage): boolean => isStopped(stage) || stage === 'skipped';

/** Returns true when a pipeline in this stage rests within a turn, which may go on. */
export const isStopped = (stage: PipelineStage): boolean => rowOf(stage).phase === 'stopped';

/** Calls `make` for each job stage. Returns the results by the stage's key in the cluster file. */
export const forEachStageKey = <Made>(make: (key: StageKey, stage: JobStage) => Made): Readonly<Record<StageKey, Made>> =>
  Object.fromEntries(
    allStages.flatMap((stage) => {
      const key = rowOf(stage).jobs?.configKey as StageKey | undefined;
      return key === undefined ? [] : [[key, make(key, stage as JobStage)]];
    }),
  ) as Record<StageKey, Made>;

/** The keys of the job stages in the cluster file, in the order of a turn. */
export const stageKeys = Object.values(forEachStageKey((key) => key));
