import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRef } from '../../src/domain/model/model.ts';
import type { Home } from './home.ts';

/**
 * Replaces the pipeline's champion folder at home with a new folder that contains this model and its `champion.json`. The new folder is built under
 * another name and then renamed, so that a push never reads a half-written folder.
 */
export async function stageChampion(pipeline: string, model: ModelRef, home: Home): Promise<void> {
  const folder = home.champion(pipeline);
  const next = `${folder}.next`;
  const old = `${folder}.old`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  if (model.sha256 !== undefined) await copyFile(home.blob(model.sha256), join(next, 'model'));
  await writeFile(join(next, 'champion.json'), `${JSON.stringify(model)}\n`);
  await rm(old, { recursive: true, force: true });
  await rename(folder, old).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await rename(next, folder);
  await rm(old, { recursive: true, force: true });
}
