import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { repository } from './repository.ts';

/** The files that take longest, longest first: begun last, one of them alone would be what a run waits for. Seconds on two busy cores. */
const longest = [
  'test/story/nothing-left.test.ts', // 200
  'test/story/kill-everything.test.ts', // 160
  'test/story/unreachable.test.ts', // 140
  'test/story/failure/node.test.ts', // 130
  'test/story/missing-games.test.ts', // 130
  'test/launcher/up.test.ts', // 90
  'test/story/failure/payload.test.ts', // 90
  'test/transport/machine.test.ts', // 80
  'test/story/determinism.test.ts', // 80
  'test/transport/ssh/system-ssh.test.ts', // 70
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex((path) => moduleId === join(repository, path));
  return at < 0 ? longest.length : at;
};

/** The order of files within a rung (Vitest keeps the rungs' own order). On a fresh clone Vitest knows no times and would go by size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((path) => !existsSync(join(repository, path)));
    if (gone.length > 0)
      throw new Error(`Cannot begin with ${gone.join(', ')} because there is no such file; try another list in ${import.meta.filename}`);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
