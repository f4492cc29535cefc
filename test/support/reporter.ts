/**
 * Writes `N passed, N failed` as the last line of a run. The line is written when the process exits, so that nothing can follow. A file that did not
 * load counts as failed, and so does an error outside any test. The names of skipped tests are written too, because a skipped test proves nothing.
 */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

export class FinalCount implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped: string[] = [];
  private finished = false;

  onInit(vitest: Vitest): void {
    if (vitest.config.watch) return;
    process.once('exit', (code) => {
      // A run that ended early (after a crash, a signal or a bad configuration) counts as one failure.
      if (!this.finished || (code !== 0 && this.failed === 0)) this.failed += 1;
      for (const name of this.skipped) line(`SKIPPED ${name}`);
      line(`${this.passed} passed, ${this.failed} failed`);
      if (this.failed > 0 && code === 0) process.exitCode = 1;
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.finished = true;
    this.passed = 0;
    this.failed = unhandled.length;
    this.skipped = [];
    for (const module of modules) {
      this.failed += module.errors().length;
      for (const suite of module.children.allSuites()) this.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') this.passed += 1;
        else if (state === 'failed') this.failed += 1;
        else this.skipped.push(`${module.relativeModuleId} > ${test.fullName} (${state})`);
      }
    }
  }
}

/** Writes directly to file descriptor 1, because Node does not flush a piped stdout at exit. */
function line(text: string): void {
  try {
    writeSync(1, `${text}\n`);
  } catch {
    // The reader has closed the pipe.
  }
}
