import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The advice for the failures of who may do what. `docs/security.md` has the whole picture. */
export const doorGuide = {
  'http.cross-site': {
    meaning: 'A page of another site, or of another port of this machine, made a browser send the request. Nothing was read and nothing was changed.',
    next: [{ say: 'open the address of the server in a tab of its own, or use the command line' }],
  },
  'config.root-local': {
    meaning:
      'Root asked to run a cluster with a local node. Every user of the machine can reach the Temporal server on loopback, and could run programs as root through the local node. Nothing was started.',
    next: [
      { say: 'run the cluster as a user without rights of its own' },
      { say: `or use a node with ${clusterKey('practice')} or ${clusterKey('ssh')}, whose jobs run as another user` },
      { say: `or set ${clusterKey('allowRootLocal')}: true in the cluster file, on a machine on which every user may be root` },
    ],
  },
  'temporal.key-missing': {
    meaning:
      'The cluster requires a key, and a call reached a workflow or an activity without the proof of that key. Nothing was done. Ringmaster proves its own calls, so the call came from a person or from another program.',
    next: [
      { say: 'make the call with ringmaster temporal, as the user of the cluster, who can read the key' },
      { say: 'if your team did not make the call, find out which user of this machine did' },
    ],
  },
  'config.require-key': {
    meaning: `The key ${clusterKey('temporal.requireKey')} of the cluster file does not fit the state folder, or the file with the key cannot be read. Nothing was started.`,
    next: [
      { say: `keep ${clusterKey('temporal.requireKey')} as it was at the first start of the state folder, or use another state folder` },
      { say: 'if the file temporal.key is gone, restore it from a copy of the state folder; a new key would refuse all that runs' },
    ],
  },
  'secret.missing': {
    meaning: 'A secret that the cluster file names has no value here. The job was not started.',
    next: [
      {
        say: `for ${clusterKey('secrets.fromEnv')}: set the variable, then stop and start the cluster from that shell, because a running gateway keeps its environment`,
      },
      { say: `for ${clusterKey('secrets.fromFile')}: make the file readable for the user of the cluster` },
    ],
  },
  'secret.not-allowed': {
    meaning: 'An item names a secret that the cluster file does not name. Nothing was started, and no value was read.',
    next: [{ say: `add the secret to ${clusterKey('secrets')} in the cluster file if items may use it` }],
  },
  'input.refused': {
    meaning:
      'A workflow or an activity was called with an input that is not valid, and did not run. Ringmaster itself sends valid inputs, so the call came from a person or from another program.',
    next: [
      { say: 'compare the input with docs/temporal-cli.md' },
      { say: 'if your team did not make the call, find out which user of this machine did: other users can reach the Temporal server' },
    ],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
