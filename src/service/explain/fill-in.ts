import type { Hint } from '../../domain/failure/hint.ts';
import type { FailureFields } from '../../domain/failure/record.ts';

/**
 * Replaces `{node}`, `{item}` and other names in braces in the steps with the failure's own names. If the failure has no node, `{node}` becomes
 * `<node>`.
 */
export function fillIn(steps: readonly Hint[], fields: FailureFields): Hint[] {
  const fill = (text: string): string => text.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => String(fields[name] ?? `<${name}>`));
  return steps.map(({ say, run }) =>
    run === undefined ? { say: fill(say ?? '') } : { run: fill(run), ...(say === undefined ? {} : { say: fill(say) }) },
  );
}
