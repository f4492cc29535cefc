import { RingmasterError } from './error.ts';

export interface AddonFault {
  /** The words that follow "because". */
  readonly because: string;
  /** A command line, ready to run. */
  readonly cure: string;
}

/** Returns the failure that a native addon of the packages does not load in this Node. */
export const addonFailure = ({ because, cure }: AddonFault, cause?: unknown): RingmasterError =>
  new RingmasterError('setup.addon', {
    cannot: 'use the packages of this checkout',
    because,
    hint: { run: cure },
    ...(cause === undefined ? {} : { cause }),
  });
