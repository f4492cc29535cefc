import type { JudgedPlace } from '../../../src/config/judge-place.ts';
import { downCommand, upCommand } from '../../../src/domain/cluster/own-command.ts';
import { type PlaceVerdict, type StatePlace, statePlaceText } from '../../../src/domain/cluster/state-place.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Hint } from '../../../src/domain/failure/hint.ts';

interface Refusal {
  readonly because: string;
  readonly hint: Hint;
}

const twoClusters = "Two folders with one id are two clusters that end each other's jobs";

/** Returns the act of `up --copied`, for failures. */
export const becomeOwn = (state: string): string => `make a cluster of its own from ${state}`;

/** Returns the recorded place. */
export const placeBefore = ({ identity, here }: JudgedPlace): string => statePlaceText(identity.place ?? here);

/** Returns the line of `up` about a machine that may be a clone. */
export const perhapsClone = (state: string, made: StatePlace, here: StatePlace, clusterFile: string): string =>
  `This machine (${here.host}) has other network cards or another name than the machine that used ${state} before (${made.host}). ` +
  `If it is a clone, and both are to run: ${downCommand(state)}, then ${upCommand(clusterFile, '--copied')}. ` +
  `If it is the same machine: ${upCommand(clusterFile, '--moved')}`;

const othersTraits = (made: StatePlace, here: StatePlace): string =>
  `this machine (${here.host}) has none of the network cards of the machine that used the folder before (${made.host}), as a clone of it has`;

/** Returns the refusal of a machine that looks like a clone, when the first machine may work on the same nodes. `clusterFile` is unknown to some callers. */
export const refusedClone = (cannot: string, judged: JudgedPlace, made: StatePlace, clusterFile: string | undefined): RingmasterError =>
  refused(cannot, judged, `${othersTraits(made, judged.here)}, and the cluster works with other machines. ${twoClusters}`, {
    say:
      clusterFile === undefined
        ? '`ringmaster up --moved` if it is the same machine or the first one is gone, or `ringmaster up --copied` if both are to run'
        : `\`${upCommand(clusterFile, '--moved')}\` if it is the same machine or the first one is gone; if both are to run`,
    ...(clusterFile === undefined ? {} : { run: upCommand(clusterFile, '--copied') }),
  });

const inPlace = (judged: JudgedPlace, clusterFile: string): Refusal => ({
  because: `the folder is in the place for which its id was made, ${placeBefore(judged)}, and a cluster that gets a new id loses its nodes`,
  hint: {
    say: 'an id of its own for the machine, if it is a clone (systemd-machine-id-setup after the removal of /etc/machine-id); otherwise',
    run: upCommand(clusterFile),
  },
});

const isOther = (because: string, whenMoved: string, clusterFile: string): Refusal => ({
  because: `${because}. ${twoClusters}`,
  hint: {
    say: `\`${upCommand(clusterFile, '--moved')}\` ${whenMoved}, or a new id for this folder`,
    run: upCommand(clusterFile, '--copied'),
  },
});

const refusals: Readonly<Record<PlaceVerdict, (judged: JudgedPlace, clusterFile: string) => Refusal>> = {
  same: inPlace,
  likely: inPlace,
  copy: ({ identity: { place } }, clusterFile) =>
    isOther(`the folder is a copy of ${place?.path}, which is still there and has the same id`, `after the removal of ${place?.path}`, clusterFile),
  elsewhere: (judged, clusterFile) =>
    isOther(
      `the id of the cluster was made for ${placeBefore(judged)}, and this is ${statePlaceText(judged.here)}`,
      'if the other folder is gone',
      clusterFile,
    ),
  'half-copied': (_, clusterFile) => ({
    because: '`ringmaster up --copied` was interrupted here, and parts of the folder have its new id already',
    hint: { say: 'the same command again', run: upCommand(clusterFile, '--copied') },
  }),
};

export function refusedUp(cannot: string, judged: JudgedPlace, clusterFile: string): RingmasterError {
  const { because, hint } = refusals[judged.verdict](judged, clusterFile);
  return refused(cannot, judged, because, hint);
}

/** `down` does not know the cluster file of the folder: the file that a copy names is that of the other cluster. */
export const refusedDown = (cannot: string, judged: JudgedPlace): RingmasterError =>
  refused(cannot, judged, refusals[judged.verdict](judged, '').because, {
    say: '`ringmaster up --moved` or `ringmaster up --copied` with a cluster file that names this folder',
  });

const refused = (cannot: string, { here, identity }: JudgedPlace, because: string, hint: Hint): RingmasterError =>
  new RingmasterError('config.state-place', { cannot, because, hint, fields: { state: here.path, other: identity.place?.path ?? '' } });
