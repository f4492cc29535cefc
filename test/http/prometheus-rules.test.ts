/** Tests the rule file for Prometheus: promtool accepts it, each of its rules fires and is resolved, and its metrics exist. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ruleNames, ruleOf } from '../../src/domain/alert/rules.ts';
import { clusterFamilies } from '../../src/http/metrics/families.ts';
import { promtool } from '../support/promtool.ts';
import { readRepositoryFile, repository } from '../support/repository.ts';

const file = (name: string): string => join(repository, 'deploy/prometheus', name);
const published = ruleNames.filter((name) => ruleOf(name).prometheus !== undefined);

test('promtool accepts the rule file', async () => {
  const { code, output } = await promtool(['check', 'rules', file('ringmaster.rules.yml')], '');
  expect(output).toContain(`SUCCESS: ${published.length} rules found`);
  expect(code).toBe(0);
});

test('each rule fires during its fault and not before or after it', async () => {
  const { code, output } = await promtool(['test', 'rules', file('ringmaster.rules.test.yml')], '');
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string });
  const tests = readRepositoryFile('deploy/prometheus/ringmaster.rules.test.yml');
  expect(published.filter((name) => !tests.includes(`- name: ${name}\n`))).toEqual([]);
});

test('each metric and label of a rule exists', () => {
  const families = new Map<string, readonly string[]>(clusterFamilies.map(({ name, labels }) => [name, labels]));
  for (const name of published) {
    const { expr, summary } = ruleOf(name).prometheus ?? { expr: '', summary: '' };
    const [metric = ''] = /\bringmaster_\w+/.exec(expr) ?? [];
    const labels = [...expr.matchAll(/(\w+)=~?"/g), ...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    expect(families.get(metric), `${name}: ${metric}`).toEqual(expect.arrayContaining(labels));
  }
});
