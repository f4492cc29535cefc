import { sendMsMax } from '../../../src/domain/limits.ts';
import { channelAway, channelRefused } from './channel-failure.ts';

/** A receiver that says one of these can take the message later: 408 is its own time limit, and 429 its limit of messages. */
const passing = [408, 429];

/**
 * Posts the body to a webhook. Any status from 200 to 299 is a delivery. A redirection is refused, because the message would go to an address that the cluster
 * file does not name. The answer is not read, because nothing depends on it.
 */
export async function postWebhook(channel: string, url: string, body: string, limitMs: number = sendMsMax): Promise<void> {
  let status: number;
  try {
    const response = await fetch(addressOf(channel, url), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'Ringmaster' },
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    ({ status } = response);
    await response.body?.cancel();
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw channelAway(channel, `the receiver did not answer within ${limitMs / 1_000} s`);
    if (error instanceof TypeError) throw channelAway(channel, `the receiver is not reached (${codeOf(error)})`);
    throw error;
  }
  if (status >= 200 && status < 300) return;
  if (status >= 500 || passing.includes(status)) throw channelAway(channel, `the receiver answered with the status ${status}`);
  throw channelRefused(channel, `the receiver answered with the status ${status}`);
}

/** The value of a secret is not checked before it is used. */
function addressOf(channel: string, url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address !== undefined && /^https?:$/.test(address.protocol) && address.username === '' && address.password === '') return address;
  throw channelRefused(channel, 'its address is no address of HTTP, or it has a user or a password');
}

/** Returns the code of the cause, such as ECONNREFUSED. The message of the cause can have the address. */
function codeOf({ cause }: Error): string {
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no connection';
}
