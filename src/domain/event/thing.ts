/** The kinds of things that an event can be about. */
export const thingKinds = [
  'item',
  'job',
  'node',
  'pipeline',
  'turn',
  'stage',
  'model',
  'dataset',
  'daemon',
  'alert',
  'process',
  'ledger',
  'backup',
  'subscriber',
] as const;
export type ThingKind = (typeof thingKinds)[number];

/** A thing that an event is about: its kind and its id, such as `node:gpu-1`, `turn:connect-four/2` or `job:connect-four.2.train.0/1`. */
export type Thing = `${ThingKind}:${string}`;

export const thing = (kind: ThingKind, id: string | number): Thing => `${kind}:${id}`;

/**
 * Returns the things that a person can mean by a text. A text that begins with a kind and a colon means one thing. Any other text is an id, and means a
 * thing of each kind.
 */
export function thingsNamed(text: string): readonly Thing[] {
  const [kind, ...rest] = text.split(':');
  const known = thingKinds.find((one) => one === kind);
  return known !== undefined && rest.length > 0 ? [thing(known, rest.join(':'))] : thingKinds.map((one) => thing(one, text));
}

/** Returns the things of a place in a pipeline, as far as they are known. */
export const thingsOf = (pipeline?: string, turn?: number, stage?: string): readonly Thing[] => [
  ...(pipeline === undefined ? [] : [thing('pipeline', pipeline)]),
  ...(pipeline === undefined || turn === undefined ? [] : [thing('turn', `${pipeline}/${turn}`)]),
  ...(pipeline === undefined || turn === undefined || stage === undefined ? [] : [thing('stage', `${pipeline}/${turn}/${stage}`)]),
];
