/** Makes a cluster file with every documented limit at its maximum at once. A test can move one of the numbers. */
import { itemSize } from '../../src/domain/item/item-size.ts';
import { clusterSlotsMax, nodeLabelsBytesMax, pairsMax, pairsPerItemMax, specFrameBytesMax, stageItemsMax } from '../../src/domain/limits.ts';
import { frameExtraBytes } from '../../src/config/limits.ts';

const letters = (count: number): string => 'x'.repeat(count);
/** A name of 63 characters that begins with `start`. */
const long = (start: string, characters = 63): string => start + letters(characters - start.length);

/** The greatest values. `evaluationItems` is the number of items whose frames of the greatest size have 16 MiB together. */
export const greatest = {
  nodes: 500,
  datasets: 1_000,
  pipelines: 100,
  secrets: 100,
  slots: clusterSlotsMax,
  nodeSlots: 1_024,
  labelBytes: nodeLabelsBytesMax,
  labelsOfNode: 64,
  labelCharacters: 63,
  nameCharacters: 63,
  frameBytes: specFrameBytesMax,
  words: 1_000,
  attempts: 100,
  stageSlots: 1_024,
  runDays: 30,
  silentDays: 1,
  seed: 4_294_967_295,
  turns: 1_000_000,
  perTurn: 10_000_000,
  perItem: 1_000_000,
  stageGames: stageItemsMax * 5_000,
  windowTurns: 10_000,
  pairsMax,
  pairsPerItem: pairsPerItemMax,
  stagePairs: stageItemsMax * 10,
  evaluationPairs: 1_024 * 19,
  openings: 1_000_000_000,
  stdoutGiB: 64,
  stderrGiB: 64,
  homeKiB: 16,
  backups: 1_000,
  champions: 100_000,
  events: 10_000_000,
  lostDays: 30,
};
export type Numbers = typeof greatest;

/** Words that need quotes on a node, and a variable that fills the frame of an item up to its limit. */
function stageOf({ frameBytes, attempts, stageSlots, runDays, silentDays }: Numbers, words: number, label: string): string {
  const command = ['node', '{payload}/run.js', ...Array.from({ length: words - 2 }, () => "it's")];
  const frame = { command, labels: [label], env: { A: '' } };
  const fill = frameBytes - frameExtraBytes - itemSize({ request: {}, ...frame }).frameBytes;
  const env = { A: letters(Math.max(0, fill)) };
  return JSON.stringify({
    command,
    labels: [label],
    env,
    attempts,
    slots: stageSlots,
    run: `${runDays}d`,
    silent: `${silentDays}d`,
    selfFence: '1d',
  });
}

/** The labels of all nodes. Their lists have `labelBytes` bytes of JSON together. */
function labelsOf({ nodes, labelBytes, labelsOfNode, labelCharacters }: Numbers): readonly (readonly string[])[] {
  const bytes = (labels: readonly string[]): number => JSON.stringify(labels).length;
  const first = Array.from({ length: labelsOfNode }, (_, k) => long(`${k}n`, labelCharacters));
  const others = nodes - 1;
  const left = labelBytes - bytes(first);
  const last = Array.from({ length: 7 }, (_, k) => long(`${k}n`));
  return [
    first,
    ...Array.from({ length: others }, (_, k) => {
      const share = Math.floor(left / others) + (k < left % others ? 1 : 0);
      return [...last, long('z', share - bytes([...last, '']))];
    }),
  ];
}

export function greatestFile(change: Partial<Numbers> = {}): string {
  const n = { ...greatest, ...change };
  const labels = labelsOf(n);
  const [label = ''] = labels[0] ?? [];
  const others = n.nodes - 1;
  const left = n.slots - n.nodeSlots;
  const node = (k: number): string => {
    const slots = k === 0 ? n.nodeSlots : Math.floor(left / others) + (k <= left % others ? 1 : 0);
    return `  - { id: ${long(`n${k}-`)}, ssh: { host: h${k} }, slots: ${slots}, labels: ${JSON.stringify(labels[k])} }`;
  };
  const gates = [
    `games: { perTurn: ${n.perTurn}, perItem: ${n.perItem}, windowTurns: ${n.windowTurns} }, gate: { pairsMax: ${n.pairsMax}, pairsPerItem: ${n.pairsPerItem}, openings: ${n.openings} }`,
    `games: { perTurn: ${n.stageGames}, perItem: 5000 }, gate: { pairsMax: ${n.evaluationPairs}, pairsPerItem: 19 }`,
    `games: { perTurn: ${n.stageGames}, perItem: 5000 }, gate: { pairsMax: ${n.stagePairs}, pairsPerItem: 10 }`,
  ] as const;
  const pipeline = (k: number): string => {
    const gate = gates[k % gates.length] ?? '';
    // The items of 2,000 evaluations have less than the greatest frame, because they have 16 MiB together.
    const evaluate = k % gates.length === 2 ? '{ command: [node, "{payload}/run.js"] }' : '*stage';
    const selfPlay = k === 0 ? `&stage ${stageOf(n, 200, label)}` : '*stage';
    const train = k === 0 ? stageOf(n, n.words, label) : '*stage';
    return `  - { name: ${long(`p${k}-`, n.nameCharacters)}, payload: payload, seed: ${n.seed}, turns: ${n.turns}, exploration: 1, selfPlay: ${selfPlay}, train: ${train}, evaluate: ${evaluate}, ${gate} }`;
  };
  const list = (count: number, of: (k: number) => string): string[] => Array.from({ length: count }, (_, k) => of(k));
  return [
    'cluster: demo',
    `limits: { suspectAfter: 12h, unreachableAfter: 23h, lostAfter: ${n.lostDays}d, login: 10m, probe: 2m, command: 60m }`,
    'intervals: { sweep: 60s, watch: 60s }',
    `backups: { every: 30d, keep: ${n.backups} }`,
    `retention: { files: 3650d, champions: ${n.champions}, items: 3650d, games: 3650d, events: 3650d, eventsMax: ${n.events} }`,
    `logs: { stdout: ${n.stdoutGiB}GiB, stderr: ${n.stderrGiB}GiB, home: ${n.homeKiB}KiB }`,
    'secrets:',
    ...list(n.secrets, (k) => `  - { fromEnv: SECRET_${k} }`),
    'nodes:',
    ...list(n.nodes, node),
    'datasets:',
    ...list(n.datasets, (k) => `  - { id: ${long(`d${k}-`)}, origin: node }`),
    'pipelines:',
    ...list(n.pipelines, pipeline),
    '',
  ].join('\n');
}
