/** Makes copies between real folders at home and a node in memory. The node keeps all versions. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { outputMissing } from '../../../src/transport/copy/copy-file.ts';
import type { CopyRequest, CopyResult } from '../../../src/transport/machine.ts';
import { currentVersion } from '../../../src/transport/copy/replica.ts';
import { changingTree } from '../../../src/transport/copy/tree/refused-tree.ts';
import { corrupt } from '../../../src/transport/copy/transfer-failure.ts';
import { manifestOf, readTree, summaryOf } from '../../../src/transport/copy/tree-manifest.ts';
import type { ScriptedNode } from './scripted-node.ts';
import { sha256 } from '../../support/sha256.ts';

const missing = (what: string): RingmasterError =>
  new RingmasterError('sync.source-missing', { cannot: `copy ${what}`, because: 'it is not there', hint: { say: 'again when it is' } });
const same = { changed: false, method: 'none' } as const;
const copied = { changed: true, method: 'none' } as const;

export async function copyScripted(node: ScriptedNode, request: CopyRequest): Promise<CopyResult> {
  switch (request.type) {
    case 'push-tree': {
      const { dataset, from } = request;
      const manifest = await readTree(from);
      const folder = `replicas/${dataset}/v/${manifest.digest}`;
      const isThere = node.below(folder).length > 0;
      const files = isThere ? [] : manifest.entries.map((entry) => ({ ...entry, data: readFileSync(join(from, entry.path)) }));
      const changed = files.filter(({ data, sha256: promised }) => sha256(data) !== promised).map(({ path }) => path);
      if (changed.length > 0) throw changingTree(from, changed, { dataset });
      for (const { path, data } of files) node.files.set(`${folder}/${path}`, data);
      node.current.set(dataset, manifest.digest);
      return { ...summaryOf(manifest), ...(isThere ? same : copied) };
    }
    case 'pull-tree': {
      const { dataset, to } = request;
      const found = node.below(`datasets/${dataset}`).filter(([path]) => !/(^|\/)\.[^/]*$/.test(path));
      if (found.length === 0) throw missing(`${dataset} from ${node.name}`);
      const manifest = manifestOf(found.map(([path, data]) => ({ path, bytes: data.length, sha256: sha256(data) })));
      if ((await currentVersion(to)) === manifest.digest) return { ...summaryOf(manifest), ...same };
      for (const [path, data] of found) writeWhole(join(to, 'v', manifest.digest, path), data);
      rmSync(join(to, '.current'), { force: true });
      symlinkSync(`v/${manifest.digest}`, join(to, '.current'));
      renameSync(join(to, '.current'), join(to, 'current'));
      return { ...summaryOf(manifest), ...copied };
    }
    case 'push-blob': {
      const place = `blobs/${request.sha256}`;
      if (!existsSync(request.from)) throw missing(request.from);
      const data = readFileSync(request.from);
      const result = { digest: request.sha256, files: 1, bytes: data.length };
      if (node.files.has(place)) return { ...result, ...same };
      if (sha256(data) !== request.sha256) throw corrupt(node.name, 'an input', request.from);
      node.files.set(place, data);
      return { ...result, ...copied };
    }
    case 'pull-output': {
      const { job, path, to } = request;
      const data = node.files.get(`jobs/${job.item}/${job.epoch}/output/${path}`);
      const result = { digest: request.sha256, files: 1 };
      if (existsSync(to)) return { ...result, bytes: readFileSync(to).length, ...same };
      if (data === undefined) throw outputMissing(node.name, job, path);
      if (sha256(data) !== request.sha256) throw corrupt(node.name, `output ${path}`, sha256(data));
      writeWhole(to, data);
      return { ...result, bytes: data.length, ...copied };
    }
  }
}

function writeWhole(path: string, data: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, data);
  renameSync(`${path}.part`, path);
}
