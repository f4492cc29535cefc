import type { DaemonVerb, DaemonWishReply } from '../../domain/daemon/wish-request.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import { findCluster } from '../context/find-cluster.ts';
import type { Context } from '../context/context.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';

export interface DaemonSteerOptions {
  readonly all?: true | undefined;
  readonly reason: string;
  readonly output: Format;
}

/** Starts, stops, restarts or resets daemons, and returns when the ledger has recorded the request. */
export async function daemonSteer(context: Context, verb: DaemonVerb, named: readonly string[], options: DaemonSteerOptions): Promise<ExitCode> {
  if ((named.length === 0) !== (options.all === true)) {
    throw new VerbFailure('usage', {
      cannot: `${verb} daemons`,
      because: named.length === 0 ? 'no daemon is named' : 'daemons are named beside --all',
      hint: { run: named.length === 0 ? `ringmaster daemon ${verb} --all` : `ringmaster daemon ${verb} ${named.join(' ')}` },
    });
  }
  const { wishDaemons } = await import('../../service/daemon/wish-daemons.ts');
  const about = options.all === true ? {} : { daemons: named };
  const request = { ...about, verb, by: whoAmI(context.env), reason: options.reason };
  const reply = await withTemporal(findCluster(context), ({ client }) => wishDaemons(client, request));
  show(context, options.output, reply, () => linesOf(reply));
  context.say('Next: ringmaster daemon list');
  return exitCode('ok');
}

const asked: Readonly<Record<DaemonVerb, string>> = { start: 'starts', stop: 'stops', restart: 'restarts', reset: 'is reset' };

function linesOf({ verb, daemons, needed, waiting, received }: DaemonWishReply): string[] {
  return [
    ...daemons.map(({ id, state }) => `${id} ${needed.includes(id) ? 'starts, because a named one needs it' : asked[verb]} (it is ${state})`),
    ...(daemons.length === 0 ? ['nothing changes'] : []),
    ...(waiting.length === 0 ? [] : [`these wait meanwhile, because they need it: ${waiting.join(', ')}`]),
    ...(received ? [] : ['The manager of the daemons does not run now. The request holds when control has started it again.']),
  ];
}
