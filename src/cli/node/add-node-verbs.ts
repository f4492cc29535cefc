import { type NodeService, serviceVerbs } from '../../domain/node/wish.ts';
import { outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addNodeVerbs: AddVerbs = (program, run) => {
  const node = program.command('node').description('machines');
  node
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).nodeList(context, options)));
  node
    .command('show <id>')
    .description('a node with its evidence and its jobs')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).nodeShow(context, id, options)));
  node
    .command('lost <id>')
    .description('declare a node lost that does not answer: its jobs go elsewhere at once, and its old epochs are refused when it is back')
    .option('--reason <text>', 'shown wherever the node is shown', 'no reason given')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./change-service.ts')).changeService(context, id, 'lost', options)));
  for (const service of Object.keys(serviceVerbs) as NodeService[]) {
    const { verb, description } = serviceVerbs[service];
    const change = node
      .command(`${verb} <id>`)
      .description(description)
      .option('--reason <text>', 'shown wherever the node is shown', 'no reason given')
      .addOption(outputOption());
    if (service !== 'in-service') change.option('--force', 'also when it is the last node that some pending items could run on');
    change.action((id, options) => run(async (context) => (await import('./change-service.ts')).changeService(context, id, service, options)));
  }
};
