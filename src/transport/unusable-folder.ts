import { clusterKey } from '../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { quote } from '../base/quote.ts';
import type { NodeAddress } from './machine.ts';
import { noFolderNote } from './script/programs.ts';

interface Fault {
  readonly because: string;
  readonly say: string;
}

const lacksRight = (path: string, words: string): Fault => ({
  because: words === '' ? `its user may not write in ${path}` : words,
  say: `giving the user of the login the right to enter ${path} and to write in it (chown, chmod u+rwx)`,
});

/** The fault at the end of the way to the folder, as `library/enter.sh` names it, and its fix. A right that is missing is no such fault. */
const faults: Readonly<Partial<Record<string, (path: string) => Fault>>> = {
  home: (path) => ({
    because: `${path}, the home folder of its user, is no folder that this user may enter`,
    say: `making it (as root on the node: mkdir -p ${quote(path)} && chown USER ${quote(path)} && chmod u+rwx ${quote(path)})`,
  }),
  file: (path) => ({
    because: `${path} is there, and it is a file or a link that leads to no folder`,
    say: `removing it (rm ${quote(path)}), or mounting what the link leads to`,
  }),
};

/** Returns the failure of a program that could not enter or make the node's folder. The program did nothing then. */
export function unusableFolder({ node, folder }: Pick<NodeAddress, 'node' | 'folder'>, stderr: string): RingmasterError {
  const at = stderr.indexOf(noFolderNote);
  const [, kind = '', path = folder] = /^ (\w+) (.*)/.exec(stderr.slice(at + noFolderNote.length)) ?? [];
  const { because, say } = (faults[kind] ?? lacksRight)(path, stderr.slice(0, at).trim());
  return new RingmasterError('node.no-folder', {
    cannot: `enter the folder ${folder} on ${node}`,
    because,
    hint: { say: `${say}, or another ${clusterKey('folder')} for node ${node} in the cluster file` },
    fields: { node, folder, unstarted: true },
  });
}
