/**
 * The size of a work item, in two parts with limits of their own. The request reaches the node on stdin. All else is the frame: its words become an argument
 * of a program on the node, and it travels with every step of the job.
 */
import { canonicalJson } from '../../base/canonical-json.ts';
import { utf8Bytes } from '../../base/utf8-bytes.ts';
import { requestBytesMax, specFrameBytesMax } from '../limits.ts';
import type { WorkItemSpec } from './work-item.ts';

/** An item, or the part of it whose size is asked for. */
type Sized = { readonly request: WorkItemSpec['request'] } & { readonly [Field in keyof WorkItemSpec]?: unknown };

export interface ItemSize {
  readonly frameBytes: number;
  readonly requestBytes: number;
}

export const itemSize = ({ request, ...frame }: Sized): ItemSize => ({
  frameBytes: utf8Bytes(canonicalJson(frame)),
  requestBytes: utf8Bytes(canonicalJson(request)),
});

/** Returns a sentence about an item that is too large, or undefined for an item that the queue takes. */
export function sizeFault(spec: WorkItemSpec): string | undefined {
  const { frameBytes, requestBytes } = itemSize(spec);
  if (frameBytes > specFrameBytesMax)
    return `${spec.id} has ${frameBytes} bytes of JSON besides its request (command, env, inputs, outputs) and ${specFrameBytesMax} are allowed`;
  if (requestBytes > requestBytesMax) return `the request of ${spec.id} has ${requestBytes} bytes of JSON and ${requestBytesMax} are allowed`;
  return undefined;
}
