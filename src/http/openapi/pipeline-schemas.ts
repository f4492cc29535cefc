/** The schemas of the parts of a pipeline. `schemas.ts` puts them together. */
import * as z from 'zod';
import { steeredKeys } from '../../domain/pipeline/feedback.ts';
import { stageOutcomes } from '../../domain/pipeline/stage-history.ts';
import { stages, type PipelineStage } from '../../domain/pipeline/stages.ts';
import { pipelineWishes } from '../../domain/pipeline/wish.ts';

const text = z.string();
const texts = z.array(text);
const count = z.int();
const optional = z.exactOptional;
const atMs = z.number().describe('Milliseconds since 1970.');

export const stageName = z.enum(Object.keys(stages) as [PipelineStage, ...PipelineStage[]]);
export const stageSpan = z.object({
  pipeline: text,
  turn: count,
  stage: stageName,
  startedAtMs: atMs,
  endedAtMs: optional(atMs),
  outcome: optional(z.enum(stageOutcomes)),
  detail: optional(text),
  failureCode: optional(text),
});

/** The values with which the newest turn began, the turns that are wanted, and the wish of an operator. */
export const pipelineMarks = {
  begun: optional(
    z
      .object({ turn: count, runs: count, payloadDigest: text, replacedDigest: optional(text), kept: texts })
      .describe('The values with which the newest turn began. `kept`: keys of the cluster file that had another value when its newest run began.'),
  ),
  feedback: optional(
    z
      .array(
        z.object({
          key: z.enum(steeredKeys),
          value: z.number(),
          min: z.number(),
          max: z.number(),
          turn: optional(count.describe('The turn whose result led to the value. Absent while the value is the one of the cluster file.')),
          reason: optional(text),
        }),
      )
      .describe('The values that FEEDBACK_LOOP changes. Absent for a pipeline whose values are fixed.'),
  ),
  standing: optional(
    z.object({
      nextTurn: count,
      turnsLeft: z.union([count, z.literal('unlimited')]),
      wish: optional(
        z.object({
          wish: z.enum(pipelineWishes),
          now: optional(z.boolean()),
          by: text,
          reason: text,
          sinceMs: atMs,
          untilMs: optional(atMs),
          heldAtMs: optional(atMs).describe('Absent while the wish waits for the end of the turn under way.'),
        }),
      ),
    }),
  ),
};
