/** Hooks for test files that use one practice host. */
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { PracticeHost } from './practice-node.ts';

/**
 * Starts the host before the tests of the file (or of the surrounding `describe`) and closes the host's machines after each test. Removes the host at
 * the end, and checks that the product has left nothing.
 */
export function aroundHost(start: () => Promise<Pick<PracticeHost, 'closeMachines' | 'remove'>>): void {
  vi.setConfig({ testTimeout: 60_000 });
  let host: Awaited<ReturnType<typeof start>> | undefined;
  beforeAll(async () => void (host = await start()), 120_000);
  afterEach(() => host?.closeMachines());
  afterAll(async () => expect(await host?.remove()).toEqual([]), 120_000);
}
