/**
 * The proof that a call comes from a holder of the cluster's key (`temporal.requireKey`). A proof is the HMAC-SHA256 of the call's text, in hex. It travels
 * as a Temporal header. A history shows the proof and never the key. The proof of one call does not fit another call.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../../base/canonical-json.ts';

/** The name of the Temporal header with the proof. The Temporal CLI sends it with `--headers ringmaster-proof='"…"'`. */
export const proofHeader = 'ringmaster-proof';

/** Something that a call makes happen. A child and the next run of a workflow are starts. */
export interface Effect {
  readonly kind: 'start' | 'signal' | 'update' | 'activity';
  /** The workflow that starts, that gets the signal or the update, or that calls the activity. The activity's own id when no workflow calls it. */
  readonly workflowId: string;
  /** The type of the workflow or of the activity, or the name of the signal or of the update. */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Returns the text that a proof signs. Members that are undefined are left out, because they do not travel. */
export const effectText = ({ kind, workflowId, name, args }: Effect): string => canonicalJson([kind, workflowId, name, args]);

/** Returns the HMAC-SHA256 of a text, in hex. The key is in hex, too. */
export const hmacHex = (key: string, text: string): string => bytesToHex(hmac(sha256, hexToBytes(key), utf8ToBytes(text)));

export const proofOf = (key: string, effect: Effect): string => hmacHex(key, effectText(effect));

/**
 * Returns whether the value of a header proves the effect. A header may have several proofs with spaces between them: a signal that also starts its
 * workflow has one header for both.
 */
export const isProven = (key: string, value: unknown, effect: Effect): boolean =>
  typeof value === 'string' && value.split(' ').includes(proofOf(key, effect));
