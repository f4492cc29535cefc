/** Table `feedback` of `elo.db`: the values that the feedback of each pipeline has reached, and why (`src/domain/pipeline/feedback.ts`). */
import type { Adjustments, SteeredKey, SteeredValues } from '../../domain/pipeline/feedback.ts';
import { causeOfNext, publish } from '../event/publish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const feedbackTable = `
  CREATE TABLE feedback (
    pipeline TEXT NOT NULL,
    key TEXT NOT NULL,
    value REAL NOT NULL,
    turn INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;
`;

export interface FeedbackRow {
  readonly key: SteeredKey;
  readonly value: number;
  /** The turn whose result led to the value. */
  readonly turn: number;
  readonly reason: string;
}

const select = 'SELECT key, value, turn, reason FROM feedback WHERE pipeline = ?';

export const feedbackRows = (reader: LedgerReader, pipeline: string): readonly FeedbackRow[] => reader.all<FeedbackRow>(select, pipeline);

export const valuesOf = (rows: readonly FeedbackRow[]): SteeredValues => Object.fromEntries(rows.map(({ key, value }) => [key, value]));

/** Returns the values that the feedback of a pipeline has reached. */
export const reachedValues = (ledger: Ledger, pipeline: string): SteeredValues => valuesOf(ledger.statement<FeedbackRow>(select).all(pipeline));

/** The story of the events that follow from the verdict of a turn. */
export const verdictStory = (pipeline: string, turn: number): string => `verdict ${pipeline}/${turn}`;

/** Records changes and publishes an event about each. A change that was recorded for this turn or a later one is not made again. */
export function adjustValues(ledger: Ledger, { pipeline, turn, changes }: Adjustments, atMs: number): void {
  ledger.write(`adjust values of ${pipeline}`, () => {
    const cause = causeOfNext(ledger, verdictStory(pipeline, turn));
    for (const { key, from, to, reason } of changes) {
      const { changes: made } = ledger
        .statement(
          `INSERT INTO feedback (pipeline, key, value, turn, reason) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (pipeline, key) DO UPDATE SET value = excluded.value, turn = excluded.turn, reason = excluded.reason WHERE turn < excluded.turn`,
        )
        .run(pipeline, key, to, turn, reason);
      if (made > 0)
        publish(ledger, 'ADAPTIVE_PARAMS_CHANGED', { pipeline, turn, value: key, from, to, reason }, { atMs, actor: 'FEEDBACK_LOOP', cause });
    }
  });
}
