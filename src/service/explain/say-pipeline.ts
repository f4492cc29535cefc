import type { PipelineView } from '../../domain/pipeline/view.ts';
import { stages } from '../../domain/pipeline/stages.ts';
import { plural } from '../say.ts';
import { saySetAside } from './say-set-aside.ts';

/** Returns what a pipeline does now: its stage, the detail of the stage, and the progress of the gate. */
export const whyStage = (pipeline: PipelineView): string[] =>
  [stages[pipeline.stage].meaning, detailOf(pipeline), ...gate(pipeline)].filter((line) => line !== '');

const detailOf = ({ detail, stage }: PipelineView): string => (detail === stage ? '' : detail);

const gate = ({ evaluation }: PipelineView): string[] =>
  evaluation === undefined
    ? []
    : [
        `Gate: ${evaluation.candidate} after ${plural(evaluation.pairs, 'pair')}, LLR ${evaluation.llr.toFixed(2)} between ${evaluation.lower.toFixed(2)} (reject) and ${evaluation.upper.toFixed(2)} (accept).`,
      ];

/** Returns one line for each games file that was set aside. If `turn` is given, returns only the files of that turn. */
export const setAsideLines = ({ setAside = [] }: PipelineView, turn?: number): string[] =>
  setAside.filter((file) => turn === undefined || file.turn === turn).map((file) => `${saySetAside(file)} ringmaster explain ${file.item}`);
