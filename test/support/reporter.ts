/**
 * Writes the last line of a run, `N passed, N failed`. It is written when the process exits, so that nothing follows it. A file that did not load and an
 * error outside any test count as failed. Skipped tests are named, because a skipped test proves nothing.
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
      // A run that ended early (a crash, a signal, a bad configuration) counts as failed.
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

/** Writes to the file descriptor itself, because Node does not flush the stream of a pipe at exit. */
function line(text: string): void {
  try {
    writeSync(1, `${text}\n`);
  } catch {
    // The reader has closed the pipe.
  }
}
