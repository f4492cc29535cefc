import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { repository } from './repository.ts';

/**
 * Lists the slowest test files, the slowest first. They start first in their rung, because the whole run would wait for a slow file that starts last.
 * The numbers are seconds on two busy cores.
 */
const longest = [
  'test/transport/matrix/matrix.test.ts', // 230
  'test/story/daemon-states.test.ts', // 200
  'test/story/daemon-failures.test.ts', // 200
  'test/story/daemon-recovery.test.ts', // 180
  'test/story/nothing-left.test.ts', // 170
  'test/story/kill-everything.test.ts', // 160
  'test/story/feedback.test.ts', // 160
  'test/story/unreachable.test.ts', // 140
  'test/story/failure/node.test.ts', // 130
  'test/story/missing-games.test.ts', // 130
  'test/story/resident-tunnel.test.ts', // 130
  'test/story/upkeep.test.ts', // 120
  'test/story/command-daemons.test.ts', // 120
  'test/story/daemons.test.ts', // 120
  'test/transport/ssh/conformance-by-other-shells.test.ts', // 120
  'test/transport/ssh/conformance-by-sh.test.ts', // 100
  'test/launcher/up.test.ts', // 90
  'test/story/failure/payload.test.ts', // 90
  'test/transport/machine.test.ts', // 80
  'test/story/determinism.test.ts', // 80
  'test/transport/ssh/system-ssh.test.ts', // 80
  'test/transport/ssh/conformance-by-odd-logins.test.ts', // 70
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex((path) => moduleId === join(repository, path));
  return at < 0 ? longest.length : at;
};

/**
 * Sorts the test files within a rung (a project of vitest.config.ts). Vitest keeps the order of the rungs. By default Vitest would sort by file size
 * in a fresh clone, where no durations are known yet.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((path) => !existsSync(join(repository, path)));
    if (gone.length > 0)
      throw new Error(`Cannot begin with ${gone.join(', ')} because there is no such file; try another list in ${import.meta.filename}`);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
