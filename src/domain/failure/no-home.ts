import { RingmasterError } from './error.ts';

/** Returns the failure of a path below the home folder of our user, when this user has none. */
export const noHome = (path: string): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `find ${path}`,
    because: 'the path is in the home folder, and this user has none: HOME is no absolute path, and the password database lacks the user',
    hint: { say: 'setting HOME to a folder of this user, or an absolute path in the cluster file' },
    fields: { path },
  });
