/**
 * `ringmaster payload try`: runs the stages of a pipeline on a tiny request, on this machine and in a temporary folder. The programs run as on a node, so what
 * passes here passes there. Each stage runs twice, and both runs must give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { given } from '../../src/base/given.ts';
import { loadCluster } from '../../src/config/load-cluster.ts';
import { gamesDataset, payloadDataset } from '../../src/domain/dataset/names.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { InputRef, OutputRule, TreeRef, WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { steeredConfig } from '../../src/domain/pipeline/feedback.ts';
import { openingsOf, type PipelineConfig } from '../../src/domain/pipeline/pipeline.ts';
import { type JobStage, type StageKey, stages } from '../../src/domain/pipeline/stages.ts';
import type { PayloadTryParts, TriedCheck } from '../../src/service/launcher/payload-try.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { outputFolder } from '../../src/transport/node-folder.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { tryLimits } from '../limits.ts';
import { gamesFault, progressFault } from './answer-faults.ts';
import { runOnce, type RunOnce, TriedFailure } from './run-once.ts';

/** Tries the payload. Calls `onCheck` for each check, and returns the number of faults. */
export async function tryPayload({ file, pipeline: name, stage, limitSeconds, signal, onCheck }: PayloadTryParts): Promise<number> {
  const { pipelines } = loadCluster(file);
  const written = pipelines.find((one) => one.name === name);
  if (written === undefined) throw unknownPipeline(file, name, pipelines);
  // A first turn has these values, for which no result has led to others.
  const pipeline = steeredConfig(written, {});
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-try-'));
  const node = join(folder, 'node');
  const machine = openMachine({
    node: 'here' as NodeId,
    owner: { id: `try-${process.pid}`, name: 'try', says: 'ringmaster payload try', isUpgraded: false },
    folder: node,
    connect: { type: 'local' },
  });
  try {
    const sent = await machine.copy({ type: 'push-tree', dataset: payloadDataset(name), from: pipeline.payload, signal });
    const trial = new Trial({
      machine,
      folder,
      node,
      pipeline,
      payload: { dataset: payloadDataset(name), digest: sent.digest },
      limitSeconds,
      signal,
    });
    await trial.run(stage, onCheck);
    return trial.faults;
  } finally {
    await machine.stopAll(tryLimits.graceMs).catch(() => undefined);
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly machine: Machine;
  readonly folder: string;
  readonly node: string;
  readonly pipeline: PipelineConfig;
  readonly payload: TreeRef;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

interface Step {
  readonly stage: JobStage;
  /** A word behind the name of the stage, when the stage runs with other inputs once more. */
  readonly variant?: string;
  readonly request: WorkItemSpec['request'];
  readonly inputs: readonly InputRef[];
  readonly outputs: readonly OutputRule[];
  /** Checks what the first run reports. Returns the faults by the names of the checks. */
  readonly answers: (output: (path: string) => Buffer) => Readonly<Record<string, string | undefined>>;
}

class Trial {
  faults = 0;
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Runs the stages in the order of a turn, up to the stage that is wanted. Ends at a stage that fails, because the next one needs its outputs. */
  async run(wanted: StageKey | undefined, onCheck: (check: TriedCheck) => void): Promise<void> {
    const reports =
      (stage: JobStage) =>
      (check: TriedCheck): void => {
        if (wanted !== undefined && stages[stage].jobs.configKey !== wanted && check.result !== 'fault') return;
        if (check.result === 'fault') this.faults += 1;
        onCheck(check);
      };
    const isLast = (key: StageKey): boolean => wanted === key;
    const games = await this.#step(this.#selfPlay([]), reports('self-play'));
    if (games === undefined || isLast('selfPlay')) return;
    const set = await this.#blob('games.ndjson', games('games.ndjson'));
    const trained = await this.#step(this.#train([set]), reports('train'));
    if (trained === undefined || isLast('train')) return;
    const bytes = trained('model');
    const model = await this.#blob('model', bytes);
    const candidate = await this.#blob('candidate', bytes);
    if (wanted === undefined) {
      // Later turns have a champion: it plays, a training begins with it, and a candidate plays against it.
      const variant = 'with the trained model';
      if ((await this.#step({ ...this.#selfPlay([model]), variant }, reports('self-play'))) === undefined) return;
      if ((await this.#step({ ...this.#train([set, model]), variant }, reports('train'))) === undefined) return;
      const champion = await this.#blob('champion', bytes);
      if ((await this.#step({ ...this.#evaluate([candidate, champion]), variant }, reports('evaluate'))) === undefined) return;
    }
    await this.#step(this.#evaluate([candidate]), reports('evaluate'));
  }

  #selfPlay(inputs: readonly InputRef[]): Step {
    const { name, exploration, gamesPerItem } = this.#place.pipeline;
    // The numbers of the games do not begin at 0: a payload must take them from its request.
    const asked = { games: Math.min(tryLimits.gamesMax, gamesPerItem), firstGame: tryLimits.firstGame, prefix: `${name}.1` };
    return {
      stage: 'self-play',
      request: { exploration, ...asked },
      inputs,
      outputs: [{ path: 'games.ndjson', to: `dataset:${gamesDataset(name)}` }],
      answers: (output) => ({ ids: gamesFault(output('games.ndjson').toString('utf8'), asked) }),
    };
  }

  #train(inputs: readonly InputRef[]): Step {
    const { gamesPerItem, intensity } = this.#place.pipeline;
    return {
      stage: 'train',
      request: { games: Math.min(tryLimits.gamesMax, gamesPerItem), ...given({ intensity }) },
      inputs,
      outputs: [{ path: 'model', to: 'home' }],
      answers: (output) => ({ model: output('model').length > 0 ? undefined : 'the file model is empty' }),
    };
  }

  #evaluate(inputs: readonly InputRef[]): Step {
    const asked = askedPairs(this.#place.pipeline);
    return {
      stage: 'evaluate',
      request: { pairs: asked },
      inputs,
      outputs: [],
      // A run whose answer has other pairs fails, as on a node.
      answers: () => ({ 'pairs and openings': undefined }),
    };
  }

  /** Runs a step twice and reports its checks. Returns a reader of its outputs, or undefined when the step has failed. */
  async #step(step: Step, report: (check: TriedCheck) => void): Promise<((path: string) => Buffer) | undefined> {
    const stage = step.variant === undefined ? step.stage : `${step.stage} ${step.variant}`;
    const say = (check: string, result: TriedCheck['result'], detail: string): void => report({ stage, check, result, detail });
    const spec = this.#specOf(step);
    const { node } = this.#place;
    const beganAt = performance.now();
    let runs: readonly [RunOnce, RunOnce];
    try {
      runs = [await runOnce(this.#place, spec, 1), await runOnce(this.#place, spec, 2)];
    } catch (error) {
      if (!(error instanceof TriedFailure)) throw error;
      const lines = error.stderr
        .trim()
        .split('\n')
        .slice(-tryLimits.linesShownMax)
        .filter((line) => line !== '');
      say('runs', 'fault', [errorText(error.failure), ...lines.map((line) => `  ${line}`)].join('\n'));
      return undefined;
    }
    const [first, second] = runs;
    const output = (path: string): Buffer => readFileSync(join(node, outputFolder({ item: spec.id, epoch: 1 }), path));
    say('runs', 'ok', `twice in ${((performance.now() - beganAt) / 1_000).toFixed(1)} s`);
    say('manifest', 'ok', `${first.manifest.files.length} files, result of ${JSON.stringify(first.manifest.result).length} bytes`);
    const progress = progressFault(first.stdout);
    if (progress !== undefined) say('progress', 'fault', progress);
    else if (first.stdout.trim() === '')
      say('progress', 'note', 'no line on stdout: people cannot see how far a job is, and silence is measured by its outputs alone');
    else say('progress', 'ok', 'every line on stdout is progress');
    for (const [check, fault] of Object.entries(step.answers(output))) say(check, fault === undefined ? 'ok' : 'fault', fault ?? 'as asked for');
    const difference = differenceOf(first, second);
    say('determinism', difference === undefined ? 'ok' : 'fault', difference ?? 'two runs gave the same bytes');
    return output;
  }

  #specOf({ stage, variant, request, inputs, outputs }: Step): WorkItemSpec {
    const { pipeline, payload } = this.#place;
    const { command, verify, env, limits } = pipeline[stages[stage].jobs.configKey];
    return {
      id: `try.${stage}${variant === undefined ? '' : '.again'}` as ItemId,
      kind: stages[stage].jobs.kind,
      priority: 0,
      command,
      ...(verify === undefined ? {} : { verify }),
      env,
      request,
      payload,
      inputs,
      outputs,
      seed: pipeline.seed,
      attemptsMax: 1,
      slots: 1,
      labels: [],
      limits,
    };
  }

  /** Puts bytes on the node as an input of this name. */
  async #blob(name: string, bytes: Buffer): Promise<InputRef> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const from = join(this.#place.folder, sha256);
    writeFileSync(from, bytes);
    await this.#place.machine.copy({ type: 'push-blob', from, sha256, signal: this.#place.signal });
    return { name, sha256, bytes: bytes.length };
  }
}

/** Returns pairs with the first and the last openings that the pipeline will ask for. The indexes do not begin at 0. */
function askedPairs({ gate }: PipelineConfig): readonly { readonly index: number; readonly opening: number }[] {
  const last = openingsOf(gate) - 1;
  return [...new Set([0, 1, last].map((opening) => Math.min(opening, last)))].map((opening, k) => ({ index: tryLimits.firstPair + k, opening }));
}

function differenceOf(first: RunOnce, second: RunOnce): string | undefined {
  const digests = new Map(second.manifest.files.map(({ path, sha256 }) => [path, sha256]));
  const file = first.manifest.files.find(({ path, sha256 }) => digests.get(path) !== sha256);
  if (file !== undefined)
    return `${file.path} differs between two runs with the same seed: ${file.sha256.slice(0, 12)}… and ${digests.get(file.path)?.slice(0, 12) ?? 'no file'}…`;
  if (first.manifest.files.length !== second.manifest.files.length) return 'the second run wrote other files';
  return canonicalJson(first.manifest.result) === canonicalJson(second.manifest.result)
    ? undefined
    : 'the result differs between two runs with the same seed';
}

const unknownPipeline = (file: string, name: string, pipelines: readonly PipelineConfig[]): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `try the payload of ${name}`,
    because: `${file} has no pipeline ${name} (it has ${pipelines.map((one) => one.name).join(', ') || 'none'})`,
    hint: { say: 'one of those names' },
    fields: { pipeline: name },
  });
