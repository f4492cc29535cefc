import { given } from '../base/given.ts';
import type { AlertChannel, ChannelWay } from '../domain/alert/channel.ts';
import type { ResolvePath } from './resolve-path.ts';
import type { ChannelEntry } from './schema/channel-entry.ts';
import { toSecret } from './to-env.ts';

/** Returns a channel with its defaults filled in. The checks have found that the entry has one way. */
export function toChannel(entry: ChannelEntry, resolvePath: ResolvePath): AlertChannel {
  const { id, severities, repeat, resolved } = entry;
  return { id, severities, resolved, ...given({ repeatMs: repeat === 'none' ? undefined : repeat }), way: wayOf(entry, resolvePath) };
}

function wayOf({ webhook, command, email }: ChannelEntry, resolvePath: ResolvePath): ChannelWay {
  if (webhook !== undefined) {
    const { url, form } = webhook;
    return { type: 'webhook', url: typeof url === 'string' ? url : toSecret(url, resolvePath), form };
  }
  if (command !== undefined) return { type: 'command', command };
  if (email !== undefined) return { type: 'email', to: email.to, program: resolvePath(email.program), ...given({ from: email.from }) };
  return { type: 'log' };
}
