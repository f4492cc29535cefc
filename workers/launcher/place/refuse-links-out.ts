import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { upCommand } from '../../../src/domain/cluster/own-command.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { quote } from '../../../src/base/quote.ts';
import { becomeOwn } from './place-refusal.ts';
import { ledgerFiles } from '../../../src/storage/ledger/ledger-files.ts';

interface LinkOut {
  readonly path: string;
  readonly what: string;
  readonly fix: string;
}

/**
 * Refuses a copy in which a path leads out of it: the copy has the link, so both clusters have what it leads to. A hard link of a ledger is refused too.
 * Of the other files, those that processes change in place get a copy (`own-changed-files.ts`), and the rest is replaced as a whole. The paths in `passedOver` are not looked at, because the new cluster does not use them.
 */
export function refuseLinksOut(state: string, passedOver: readonly string[], clusterFile: string): void {
  const [first] = linksOutOf(state, { root: realpathSync(state), passedOver: new Set(passedOver), ledgers: new Set(ledgerFiles) });
  if (first === undefined) return;
  throw new RingmasterError('config.state-place', {
    cannot: becomeOwn(state),
    because: `${first.path} ${first.what}, which the other cluster has too`,
    hint: { say: `${first.fix}, then the same command again`, run: upCommand(clusterFile, '--copied') },
    fields: { state, other: first.path },
  });
}

interface Copy {
  readonly root: string;
  readonly passedOver: ReadonlySet<string>;
  /** Relative to the state folder. */
  readonly ledgers: ReadonlySet<string>;
}

function* linksOutOf(folder: string, copy: Copy, state = folder): Generator<LinkOut> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (copy.passedOver.has(path)) continue;
    if (entry.isDirectory()) yield* linksOutOf(path, copy, state);
    else if (entry.isSymbolicLink() && !isBelow(copy.root, targetOf(path)))
      yield { path, what: `is a symbolic link to ${readlinkSync(path)}`, fix: 'a copy of what the link leads to in place of the link' };
    else if (copy.ledgers.has(relative(state, path)) && lstatSync(path).nlink > 1)
      yield {
        path,
        what: 'is a hard link to a file',
        fix: `cp ${quote(path)} ${quote(`${path}.copy`)} && mv ${quote(`${path}.copy`)} ${quote(path)}`,
      };
  }
}

/** Returns the absolute path to which a link leads. Of a link to nothing, returns the path where it would be. */
function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return resolve(realpathSync(dirname(link)), readlinkSync(link));
  }
}

const isBelow = (root: string, path: string): boolean => path === root || path.startsWith(`${root}/`);
