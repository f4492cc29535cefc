import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program/program.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { jobWorkflowId, type NodeId } from '../../src/domain/ids.ts';
import { bareId, nounNames, nouns } from '../../src/domain/noun.ts';
import { readRepositoryFile } from '../support/repository.ts';

it.each([
  [workflowIds.node('a' as NodeId), 'a'],
  [jobWorkflowId({ item: 'cf.1.self-play.4', epoch: 2 }), 'cf.1.self-play.4/2'],
  [workflowIds.sync('games-cf', 'a', 'home'), 'games-cf@a/home'],
  [workflowIds.pipeline('cf'), 'cf'],
  [workflowIds.generation('cf', 3), 'cf/3'],
  ['item/cf.1.self-play.4', 'cf.1.self-play.4'],
])('the workflow id %s names the thing %s', (workflowId, id) => {
  expect(bareId(workflowId)).toBe(id);
});

it.each(['job.hang', 'cf/3', 'cf.1.self-play.4/2', 'games-cf/a', 'jobs/1', 'job', ''])('%j is an id without a noun', (id) => {
  expect(bareId(id)).toBe(id);
});

it('the help of explain and docs/cli.md have the id of each noun', () => {
  let help = '';
  const program = createProgram(
    () => {
      throw new Error('no verb runs here');
    },
    () => undefined,
  );
  const explain = program.commands.find((one) => one.name() === 'explain');
  explain?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const documented = readRepositoryFile('docs/cli.md').replaceAll('`', '');
  for (const noun of nounNames) {
    expect(help).toContain(nouns[noun].id);
    expect(documented).toContain(noun === 'failure-code' ? 'failure code' : nouns[noun].id);
  }
});
