/** Gives each test a temporary folder with a cluster file, and makes the texts of cluster files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { faultText } from '../../src/config/fault/fault.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';

/**
 * Holds the folder and the cluster file of the running test. The folder also has a payload with the program `run.js`, and the dataset folder
 * `openings`.
 */
export class ClusterFolder {
  path = '';
  file = '';

  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'ringmaster-config-'));
      this.file = join(this.path, 'cluster.yaml');
      mkdirSync(join(this.path, 'payload'));
      mkdirSync(join(this.path, 'openings'));
      writeFileSync(join(this.path, 'payload', 'run.js'), '');
    });
    afterEach(() => rmSync(this.path, { recursive: true }));
  }

  /** Returns the faults of a cluster file that consists of `text`. */
  faultsOf = (text: string): readonly string[] => inspectCluster(text, this.file, 'cluster.yaml').faults.map(faultText);
}

const stages = (key: string, value: string): string =>
  ['selfPlay', 'train', 'evaluate']
    .map((stage) => `    ${stage}: { command: [node, "{payload}/run.js"]${stage === key ? `, ${value}` : ''} }`)
    .join('\n');

/**
 * Returns a cluster file with one node and one pipeline. The text `value` goes into the stage named `key`, and the text `more` goes into the
 * pipeline.
 */
export const withPipeline = (key = '', value = '', more = ''): string =>
  `cluster: demo\nnodes:\n  - { id: a, local: true, slots: 2, labels: [cpu] }\npipelines:\n  - name: cf\n    payload: payload\n${stages(key, value)}\n${more}`;
