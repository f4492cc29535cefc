import { readFileSync } from 'node:fs';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { withSecrets } from './with-secrets.ts';

export interface QueueAddOptions {
  readonly file?: string | undefined;
  readonly priority: number;
  readonly slots: number;
  readonly labels?: string[] | undefined;
  readonly attempts: number;
}

/** Adds items. Adding an item again with the same content changes nothing. An existing id with other content is refused as `queue.conflict`. */
export async function queueAdd(context: Context, id: string | undefined, command: readonly string[], options: QueueAddOptions): Promise<ExitCode> {
  const { parseItemSpecs } = await import('../../service/item/parse-item-spec.ts');
  const parsed = parseItemSpecs(options.file === undefined ? fromWords(id, command, options) : fromFile(options.file));
  const { enqueueItems } = await import('../../service/item/enqueue-items.ts');
  const found = findCluster(context);
  const specs = withSecrets(parsed, found.running);
  const { added } = await withTemporal(found, ({ client }) => enqueueItems(client, specs));
  context.out(`added ${added} of ${specs.length}${added < specs.length ? ' (the others were there already)' : ''}`);
  const { powerOf, shapesOf, unplacedShapes, sayUnplaced, unplacedCure } = await import('../../domain/item/unplaced.ts');
  for (const shape of unplacedShapes(shapesOf(specs), found.running.config.nodes.map(powerOf)))
    context.say(`Note: ${sayUnplaced(shape)}. Nothing but you ends this wait: try ${unplacedCure(shape.first[0] ?? '', found.running.source)}`);
  context.say(`Next: ringmaster explain ${specs[0]?.id} · ringmaster queue list`);
  return exitCode('ok');
}

function fromWords(id: string | undefined, command: readonly string[], { priority, slots, labels, attempts }: QueueAddOptions): unknown {
  if (id !== undefined && command.length > 0) return { id, command, priority, slots, labels: labels ?? [], attemptsMax: attempts };
  throw new VerbFailure('usage', {
    cannot: 'add an item',
    because: 'it needs an id and a command, or --file',
    hint: { run: 'ringmaster queue add ID -- PROGRAM ARGUMENT …' },
  });
}

function fromFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new VerbFailure('usage', {
      cannot: `read items from ${file}`,
      because: (error as Error).message,
      hint: { say: 'a file with one JSON object or a list of them' },
    });
  }
}
