import { Option } from '@commander-js/extra-typings';
import { limitOption, numberOf, outputOption } from './option.ts';
import { queueAddHelp } from '../queue/add-help.ts';
import type { Root, Run } from './run.ts';
import { itemStates } from '../../domain/item/work-item.ts';

/** Nouns where there are many objects: `job list`, `node show b`. */
export function addNouns(program: Root, run: Run): void {
  addJob(program, run);
  addQueue(program, run);
  addPipeline(program, run);
  addSync(program, run);
  addNode(program, run);
}

function addJob(program: Root, run: Run): void {
  const job = program.command('job').description('tries at work items on nodes');
  job
    .command('list')
    .description('open ones first, then the newest')
    .option('--node <id>')
    .option('--pipeline <name>')
    .option('--failed', 'only those that ended in a failure')
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../job/list.ts')).jobList(context, options)));
  job
    .command('show <id>')
    .description('item/epoch, or item for its newest try')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('../job/show.ts')).jobShow(context, id, options)));
  job
    .command('logs <id>')
    .description('what the program wrote, from its node')
    .addOption(new Option('--stream <name>', 'which').choices(['stderr', 'stdout'] as const).default('stderr' as const))
    .action((id, options) => run(async (context) => (await import('../job/logs.ts')).jobLogs(context, id, options)));
  job
    .command('cancel <id...>')
    .description('it is not wanted any more: pending ones close, running ones are stopped')
    .option('--reason <text>', 'kept with the failure', 'cancelled on the command line')
    .action((ids, options) => run(async (context) => (await import('../job/cancel.ts')).jobCancel(context, ids, options)));
}

function addQueue(program: Root, run: Run): void {
  const queue = program.command('queue').description('work items: what is wanted');
  queue
    .command('list')
    .option('--only <state>', `${itemStates.slice(0, -1).join(', ')} or ${itemStates.at(-1)}`)
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../queue/list.ts')).queueList(context, options)));
  queue
    .command('add [id] [command...]')
    .description('one item from the command line, or many from a file')
    .option('-f, --file <items.json>', 'one object or a list; - reads stdin')
    .option('--priority <n>', 'greater goes first', numberOf(-1000, 1000), 0)
    .option('--slots <n>', 'slots on one node', numberOf(1, 1024), 1)
    .option('--labels <label...>', 'labels its node must have')
    .option('--attempts <n>', 'tries in all', numberOf(1, 100), 3)
    .action((id, command, options) => run(async (context) => (await import('../queue/add.ts')).queueAdd(context, id, command, options)))
    .addHelpText('after', queueAddHelp);
  queue
    .command('show <id>')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('../queue/show.ts')).queueShow(context, id, options)));
}

function addPipeline(program: Root, run: Run): void {
  const pipeline = program.command('pipeline').description('self-play, training and gate, turn by turn');
  pipeline
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../pipeline/list.ts')).pipelineList(context, options)));
  pipeline
    .command('show <name>')
    .description('with its models and the gate')
    .addOption(outputOption())
    .action((name, options) => run(async (context) => (await import('../pipeline/show.ts')).pipelineShow(context, name, options)));
  pipeline
    .command('run <name>')
    .description('so many more turns')
    .option('--turns <n>', '0: without end', numberOf(0, 1_000_000), 1)
    .action((name, options) => run(async (context) => (await import('../pipeline/run.ts')).pipelineRun(context, name, options)));
}

function addSync(program: Root, run: Run): void {
  const sync = program.command('sync').description('datasets, from home to nodes and back');
  sync
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../sync/list.ts')).syncList(context, options)));
  sync
    .command('run <dataset> <target>')
    .description('target is a node or home')
    .option('--from <node>', 'for target home: the node it comes from')
    .action((dataset, target, options) => run(async (context) => (await import('../sync/run.ts')).syncRun(context, dataset, target, options)));
}

function addNode(program: Root, run: Run): void {
  const node = program.command('node').description('machines');
  node
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../node/list.ts')).nodeList(context, options)));
  node
    .command('show <id>')
    .description('with its evidence and its jobs')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('../node/show.ts')).nodeShow(context, id, options)));
  for (const { verb, service, description } of serviceVerbs) {
    const change = node
      .command(`${verb} <id>`)
      .description(description)
      .option('--reason <text>', 'shown wherever the node is shown', 'no reason given')
      .addOption(outputOption());
    if (service !== 'in-service') change.option('--force', 'also when it is the last node that some pending items could run on');
    change.action((id, options) => run(async (context) => (await import('../node/change-service.ts')).changeService(context, id, service, options)));
  }
}

const serviceVerbs = [
  { verb: 'cordon', service: 'cordoned', description: 'give it no new job; running jobs go on' },
  { verb: 'uncordon', service: 'in-service', description: 'give it jobs again: the end of a cordon or a drain' },
  { verb: 'drain', service: 'draining', description: 'give it no new job, and say when its last job has ended; it survives restarts' },
] as const;
