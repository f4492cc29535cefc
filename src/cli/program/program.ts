import { Command, Option } from '@commander-js/extra-typings';
import { nounNames, nouns } from '../../domain/noun.ts';
import type { Context } from '../context/context.ts';
import { exitCodes } from '../exit/exit-codes.ts';
import { clusterFileOption } from './cluster-file-option.ts';
import { logLevels } from '../../domain/cluster/log-record.ts';
import { numberOf, outputOption, timeForms, timeOption } from './option.ts';
import { versionText } from './version-text.ts';
import { addNouns } from './program-nouns.ts';
import type { GlobalOptions, Root, Run } from './run.ts';

const codes = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);

/** Returns the tree of verbs. A verb loads its own file when it runs. */
export function createProgram(makeContext: (options: GlobalOptions) => Context, ended: (code: number) => void): Root {
  const program = new Command('ringmaster')
    .description('Keeps a self-play training cluster running over plain SSH.')
    .version(versionText(), '-V, --version', 'print the version of Ringmaster')
    .option('--state <folder>', 'state folder of the cluster (or RINGMASTER_STATE; default: the last one started)')
    .option('--no-color', 'no colours (or NO_COLOR)')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', `\nExit codes:\n${codes.join('\n')}\n\nFirst: ringmaster demo`)
    .exitOverride();
  const run: Run = async (verb) => ended(await verb(makeContext(program.opts())));
  addDaily(program, run);
  addNouns(program, run);
  return program;
}

/** Adds the verbs without a noun. */
function addDaily(program: Root, run: Run): void {
  program
    .command('up [cluster.yaml]')
    .description('start the cluster of a file, or what is missing of it')
    .option('-f, --file <cluster.yaml>', 'default: ./cluster.yaml, else the file it was started from last')
    .option('--foreground', 'stay, and stop the cluster on Ctrl-C')
    .option('--moved', 'the state folder was moved here: the cluster keeps its id')
    .addOption(new Option('--copied', 'the state folder is a copy: it becomes a cluster of its own, with a new id').conflicts('moved'))
    .action((named, options) => run(async (context) => (await import('../verb/up.ts')).up(context, clusterFileOption('up', named, options))));
  program
    .command('check [cluster.yaml]')
    .description('check a cluster file, and say what up would change; starts nothing')
    .option('-f, --file <cluster.yaml>', 'default: as for up')
    .addOption(outputOption())
    .action((named, options) =>
      run(async (context) => (await import('../verb/check.ts')).check(context, clusterFileOption('check', named, options))),
    );
  program
    .command('apply [cluster.yaml]')
    .description('make the running cluster take its changed file; restarts only the processes that read what has changed')
    .option('-f, --file <cluster.yaml>', 'default: as for up')
    .option('--plan', 'only show what would change, as check does')
    .addOption(outputOption())
    .action((named, options) =>
      run(async (context) => (await import('../verb/apply.ts')).apply(context, clusterFileOption('apply', named, options))),
    );
  program
    .command('down [cluster.yaml]')
    .description('stop processes and jobs in order; the next up continues the work')
    .option('-f, --file <cluster.yaml>', 'the cluster that was started from this file')
    .option('--purge', 'also remove everything that Ringmaster made: on the nodes, and in the state folder')
    .action((named, options) => run(async (context) => (await import('../verb/down.ts')).down(context, clusterFileOption('stop', named, options))));
  program
    .command('status')
    .description('processes, nodes, queue, pipelines and jobs on one screen')
    .addOption(outputOption())
    .option('-w, --watch', 'repeat until Ctrl-C (NDJSON with -o json)')
    .option('--interval <seconds>', 'with --watch', numberOf(0.1, 3600), 2)
    .option('--times <n>', 'with --watch: end after this many', numberOf(1, 1_000_000))
    .action((options) => run(async (context) => (await import('../status/status.ts')).status(context, options)));
  for (const [verb, description] of [
    ['pause', 'start no job anywhere; running jobs go on'],
    ['resume', 'end the pause of the whole cluster'],
  ] as const) {
    program
      .command(verb)
      .description(description)
      .option('--reason <text>', 'shown with the pause, and in its event', 'no reason given')
      .addOption(outputOption())
      .action((options) => run(async (context) => (await import('../verb/pause.ts')).pauseEverything(context, verb, options)));
  }
  program
    .command('doctor')
    .description('check what this machine and the cluster need, with a fix for each fault')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../doctor/doctor.ts')).doctor(context, options)));
  program
    .command('logs')
    .description('the newest records of all processes that fit, in the order of their times; also while nothing runs')
    .option('--component <name>', 'only this component (`log-level` lists them), or a daemon')
    .addOption(new Option('--level <level>', 'this level and the more serious ones').choices(logLevels).default('trace'))
    .option('--since <time>', `from this time on: ${timeForms}`, timeOption)
    .option('--limit <n>', 'records at most', numberOf(1, 100_000), 200)
    .option('-f, --follow', 'then show each record as it is written, until Ctrl-C (NDJSON with -o json)')
    .option('--times <n>', 'with --follow: end after so many looks', numberOf(1, 1_000_000))
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('../verb/logs.ts')).logs(context, options)));
  program
    .command('log-level [component]')
    .description('how much each component logs; with --set, changes it while all runs')
    .addOption(
      new Option('--set <level>', 'the level of the component, or of all others with the component `all`').choices([
        ...logLevels,
        'default',
      ] as const),
    )
    .addOption(outputOption())
    .action((component, { set, output }) =>
      run(async (context) =>
        (await import('../verb/log-level.ts')).logLevel(context, {
          component: set === undefined ? component : (component ?? 'all'),
          level: set,
          output,
        }),
      ),
    );
  program
    .command('explain <id>')
    .description('why something waits, failed or was tried again')
    .addHelpText('after', `\nIds: ${nounNames.map((noun) => nouns[noun].id).join(', ')}`)
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('../verb/explain.ts')).explain(context, id, options)));
  program
    .command('demo [cluster.yaml]')
    .description('a small cluster on this machine, from nothing to a champion, with one fault planted and repaired')
    .option('-f, --file <cluster.yaml>', 'another cluster than the one in examples/')
    .option('--no-fault', 'plant no fault')
    .option('--stop', 'stop the cluster at the end')
    .option('--limit <seconds>', 'give up after this time', numberOf(1, 86_400), 180)
    .action((named, options) => run(async (context) => (await import('../demo/demo.ts')).demo(context, clusterFileOption('demo', named, options))));
  program
    .command('temporal [words...]')
    .description('run the Temporal CLI on the server and the namespace of the cluster; every word goes to it')
    .helpOption(false)
    .addHelpText('after', '\nExample: ringmaster temporal workflow list')
    .action((words) => run(async (context) => (await import('../verb/temporal.ts')).temporal(context, words)));
  program
    .command('completion <shell>')
    .description('a completion script: eval "$(ringmaster completion bash)", or zsh')
    .action((shell) => run(async (context) => (await import('../verb/completion.ts')).completion(context, shell, program)));
}
