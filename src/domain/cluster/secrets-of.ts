import { channelSecrets } from '../alert/channel.ts';
import type { SecretRef } from '../item/secret.ts';
import type { ClusterConfig } from './cluster.ts';

/** Returns every secret that the cluster file names: those that items may name (`secrets`), and those of the alert channels, which items may not name. */
export const secretsOf = ({ secrets = [], alertChannels }: Pick<ClusterConfig, 'secrets' | 'alertChannels'>): readonly SecretRef[] => [
  ...secrets,
  ...channelSecrets(alertChannels),
];
