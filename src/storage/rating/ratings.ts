/**
 * `elo.db`: models, their ratings, evaluations, the champion of each pipeline, and the openings that were allocated.
 *
 * The first champion of a pipeline is the random player `<pipeline>-random` at Elo 0, which has no file and no row in `models`. A model begins as
 * candidate. It then becomes champion and later retired, or it is rejected. Only `promote` changes these states, in one transaction, once for each
 * (pipeline, turn, candidate).
 */
import { RingmasterError } from '../../domain/failure/error.ts';
import { type ModelRef, type NewModel, modelId, randomPlayerId } from '../../domain/model/model.ts';
import { beginRun, type BegunTurn, type PresentRun } from './begin-run.ts';
import { publish, rememberCause } from '../event/publish.ts';
import { verdictStory } from './feedback-values.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { EloEstimate } from '../../domain/model/sprt.ts';

/** The candidate's Elo above the champion, and half the 95 % interval of that difference. */
type Estimate = Pick<EloEstimate, 'elo' | 'error'>;

export class Ratings {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  champion(pipeline: string): ModelRef & { readonly elo: number } {
    return this.ledger.read(`read the champion of ${pipeline}`, () => {
      const found = this.ledger
        .statement<{ id: string; elo: number; sha256: string; bytes: number }>(
          'SELECT models.id, champions.elo, sha256, bytes FROM champions JOIN models ON models.id = champions.model WHERE champions.pipeline = ?',
        )
        .get(pipeline);
      return found ?? { id: randomPlayerId(pipeline), elo: 0 };
    });
  }

  /**
   * Begins a run of a turn, and returns what the run uses. The first run fixes the champion, the payload and the configuration
   * (`src/domain/pipeline/fixed-turn.ts` says what a later run takes from the present).
   */
  beginTurn(pipeline: string, turn: number, present: PresentRun): BegunTurn & { readonly champion: ModelRef } {
    return this.ledger.write(`begin turn ${turn} of ${pipeline}`, () => {
      const now = this.champion(pipeline);
      const { championId, ...begun } = beginRun(this.ledger, { pipeline, turn, champion: now.sha256 === undefined ? null : now.id, present });
      return { ...begun, champion: championId === null ? { id: randomPlayerId(pipeline) } : this.model(championId) };
    });
  }

  register(model: NewModel, nowMs: number): ModelRef {
    const id = modelId(model.pipeline, model.turn, model.sha256);
    return this.ledger.write(`register model ${id}`, () => {
      const { changes } = this.ledger
        .statement(
          `INSERT INTO models (id, pipeline, turn, sha256, bytes, state, training_set, parent, seed, payload_digest, created_at_ms)
           VALUES (?, ?, ?, ?, ?, 'candidate', ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
        )
        .run(id, model.pipeline, model.turn, model.sha256, model.bytes, model.trainingSet, model.parent, model.seed, model.payloadDigest, nowMs);
      const { pipeline, turn, sha256, bytes } = model;
      if (changes > 0) publish(this.ledger, 'MODEL_REGISTERED', { pipeline, turn, model: id, bytes }, { atMs: nowMs, actor: 'pipeline' });
      return { id, sha256, bytes };
    });
  }

  /**
   * Allocates `count` opening numbers that this pipeline has not used before, and returns the first of them. A repeated call with the same key and
   * count returns the same number.
   */
  allocateOpenings(pipeline: string, key: string, count: number): number {
    return this.ledger.write(`allocate openings for ${key}`, () => {
      const known = this.ledger
        .statement<{ first: number; count: number }>('SELECT first, count FROM opening_ranges WHERE pipeline = ? AND key = ?')
        .get(pipeline, key);
      if (known !== undefined) {
        if (known.count === count) return known.first;
        throw refused(
          pipeline,
          `allocate ${count} openings of ${pipeline} for ${key}`,
          `${known.count} were allocated under that key before`,
          'another key',
        );
      }
      const first = this.ledger.statement<{ next: number }>('SELECT next FROM openings WHERE pipeline = ?').get(pipeline)?.next ?? 0;
      this.ledger.statement('INSERT OR REPLACE INTO openings (pipeline, next) VALUES (?, ?)').run(pipeline, first + count);
      this.ledger.statement('INSERT INTO opening_ranges (pipeline, key, first, count) VALUES (?, ?, ?, ?)').run(pipeline, key, first, count);
      return first;
    });
  }

  /**
   * Records the verdict, the ratings and the champion in one transaction. A repeated call changes nothing and returns the result of the first call.
   */
  promote(entry: Evaluation, estimate: Estimate, nowMs: number): { readonly champion: ModelRef; readonly promoted: boolean } {
    return this.ledger.write(`record the evaluation of ${entry.candidate}`, () => {
      const known = this.ledger
        .statement<{ promoted: number; champion_after: string }>(
          'SELECT promoted, champion_after FROM evaluations WHERE pipeline = ? AND turn = ? AND candidate = ?',
        )
        .get(entry.pipeline, entry.turn, entry.candidate);
      if (known !== undefined) return { champion: this.model(known.champion_after), promoted: known.promoted === 1 };

      const champion = this.champion(entry.pipeline);
      this.#refuseUnfit(entry, champion.id);
      const promoted = entry.verdict === 'accept';
      const elo = champion.elo + estimate.elo;
      this.ledger
        .statement('UPDATE models SET state = ?, elo = ?, elo_error = ? WHERE id = ?')
        .run(promoted ? 'champion' : 'rejected', elo, estimate.error, entry.candidate);
      if (promoted) this.#crown(entry, champion.id, elo);
      const after = promoted ? entry.candidate : champion.id;
      this.ledger
        .statement(
          `INSERT INTO evaluations (pipeline, turn, candidate, champion, verdict, llr, pairs, pair_results, elo, elo_error, promoted, champion_after, at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          entry.pipeline,
          entry.turn,
          entry.candidate,
          entry.champion,
          entry.verdict,
          entry.llr,
          entry.pairs.length,
          JSON.stringify(entry.pairs),
          elo,
          estimate.error,
          promoted ? 1 : 0,
          after,
          nowMs,
        );
      const { pipeline, turn, candidate, champion: former, verdict } = entry;
      const event = publish(
        this.ledger,
        promoted ? 'MODEL_PROMOTED' : 'PROMOTION_REJECTED',
        { pipeline, turn, model: candidate, champion: former, verdict, pairs: entry.pairs.length, elo, eloError: estimate.error },
        { atMs: nowMs, actor: 'pipeline' },
      );
      rememberCause(this.ledger, verdictStory(pipeline, turn), event);
      return { champion: this.model(after), promoted };
    });
  }

  #refuseUnfit(entry: Evaluation, champion: string): void {
    const cannot = `record the evaluation of ${entry.candidate}`;
    if (champion !== entry.champion) {
      throw refused(
        entry.pipeline,
        cannot,
        `it was played against ${entry.champion} and the champion of ${entry.pipeline} is ${champion} now`,
        'evaluating it against the present champion',
      );
    }
    const state = this.ledger
      .statement<{ state: string }>('SELECT state FROM models WHERE id = ? AND pipeline = ?')
      .get(entry.candidate, entry.pipeline)?.state;
    if (state === undefined) throw refused(entry.pipeline, cannot, `no such model of ${entry.pipeline} is registered`, 'registering it first');
    if (state === 'champion') throw refused(entry.pipeline, cannot, 'this model is the champion', 'training another candidate');
  }

  #crown(entry: Evaluation, former: string, elo: number): void {
    this.ledger.statement(`UPDATE models SET state = 'retired' WHERE id = ?`).run(former);
    this.ledger
      .statement(
        `INSERT INTO champions (pipeline, model, elo, turn, promotions) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT (pipeline) DO UPDATE SET model = excluded.model, elo = excluded.elo, turn = excluded.turn, promotions = promotions + 1`,
      )
      .run(entry.pipeline, entry.candidate, elo, entry.turn);
  }

  model(id: string): ModelRef {
    const found = this.ledger.statement<{ id: string; sha256: string; bytes: number }>('SELECT id, sha256, bytes FROM models WHERE id = ?').get(id);
    return found ?? { id };
  }

  close(): void {
    this.ledger.close();
  }
}

const refused = (pipeline: string, cannot: string, because: string, say: string): RingmasterError =>
  new RingmasterError('ratings.conflict', { cannot, because, hint: { say }, fields: { pipeline } });
