import { RingmasterError } from '../../../src/domain/failure/error.ts';

const hint = (channel: string) => ({ say: 'looking at the receiver, then sending a test', run: `ringmaster alert test ${channel}` });

/** The failure of a receiver that can take the message later. The reason names no address and no answer, because both can have a secret. */
export const channelAway = (channel: string, because: string): RingmasterError =>
  new RingmasterError('alert.channel-away', { cannot: `send on the channel ${channel}`, because, hint: hint(channel), fields: { channel } });

/** The failure of a receiver that does not take the message. */
export const channelRefused = (channel: string, because: string): RingmasterError =>
  new RingmasterError('alert.channel-refused', { cannot: `send on the channel ${channel}`, because, hint: hint(channel), fields: { channel } });
