import { jobKey, type NodeId } from '../../domain/ids.ts';
import { serviceOf, type WishReply, type WishRequest } from '../../domain/node/wish.ts';
import { sayWish } from '../../service/node/say-wish.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';

export interface ServiceOptions {
  readonly reason: string;
  readonly force?: true | undefined;
  readonly output: Format;
}

/**
 * Changes what the cluster may do with a node, and returns when the ledger has recorded the change. A drain continues after this function has
 * returned.
 */
export async function changeService(context: Context, node: string, service: WishRequest['service'], options: ServiceOptions): Promise<ExitCode> {
  const { wishNode } = await import('../../service/node/wish-node.ts');
  const request = {
    node: node as NodeId,
    service,
    reason: options.reason,
    by: whoAmI(context.env),
    ...(options.force === true ? { force: true } : {}),
  };
  const reply = await withTemporal(findCluster(context), ({ client }) => wishNode(client, request));
  show(context, options.output, reply, () => linesOf(reply, context.nowMs()));
  if (service === 'draining') context.say(`Next: ringmaster node show ${node}`);
  return exitCode('ok');
}

function linesOf({ node, wish, changed, openJobs, lost }: WishReply, nowMs: number): string[] {
  if (lost !== undefined)
    return [
      `${node} ${changed ? 'is' : 'was already'} lost: ${lost}`,
      `  ${openJobs.length === 0 ? 'It had no open job.' : `Its jobs go elsewhere: ${openJobs.map(jobKey).join(', ')}.`}`,
    ];
  const service = serviceOf({ wish });
  const said = wish === undefined ? undefined : sayWish({ wish, waitsFor: openJobs }, nowMs);
  return [
    `${node} ${changed ? 'is' : 'was already'} ${service === 'in-service' ? 'in service' : service}`,
    ...(said === undefined ? [] : [`  ${said}`]),
  ];
}
