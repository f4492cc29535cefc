import type { NodeAddress } from './machine.ts';
import { nodeFolderNames, ownerFile } from './node-folder.ts';
import { quote, quoteAll } from '../base/quote.ts';

/**
 * Returns a command for a person that removes what the cluster with this id left in a node's folder. The command removes our own names and nothing
 * else, and does nothing when another cluster owns the folder by then.
 */
export function clearCommand({ folder, connect }: Pick<NodeAddress, 'folder' | 'connect'>, id: string): string {
  const clear = `cd ${quote(folder.startsWith('-') ? `./${folder}` : folder)} && grep -qx ${quote(id)} ${ownerFile} && rm -rf ${quoteAll(nodeFolderNames)}`;
  if (connect.type === 'local') return clear;
  const { host, port, user, identityFile, knownHostsFile } = connect;
  const options = [
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identityFile === undefined ? [] : ['-i', identityFile]),
    ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${knownHostsFile}`]),
  ];
  return quoteAll(['ssh', ...options, user === undefined ? host : `${user}@${host}`, clear]);
}
