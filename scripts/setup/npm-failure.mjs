/** Says in one sentence why npm failed. npm prints the code of the failure on a line of its own: `npm error code ENOSPC`, or before npm 10 `npm ERR! …`. */
import { fileFault, isFileFault } from './file-fault.mjs';

const linesMax = 3;

const unreachable = ({ registry }) => [
  `the registry ${registry} cannot be reached`,
  'when `npm ping` succeeds; or name a mirror: npm config set registry ADDRESS',
];
const untrusted = ({ registry }) => [
  `the certificate of the registry ${registry} is not one that Node trusts`,
  'npm config set cafile FILE, where FILE has the certificate of your proxy or mirror',
];
/** Takes npm's own registry in place of the one that the user's settings name. */
const npmsOwn = 'npm config delete registry';
const refused = ({ registry }) => [`the registry ${registry} refuses this user`, `npm login --registry=${registry}`];
const lacks = ({ registry, output }) => [
  `the registry ${registry} lacks a package: ${said(output).slice(0, 1).join('')}`,
  `the registry of npm itself: ${npmsOwn}`,
];

/** Maps the code of npm's failure to what happened and to its cure. */
const causes = {
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: unreachable,
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  ERR_SOCKET_TIMEOUT: unreachable,
  EIDLETIMEOUT: unreachable,
  ERR_INVALID_URL: ({ registry }) => [`the registry ${registry} is not an address`, npmsOwn],
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  CERT_NOT_YET_VALID: untrusted,
  E401: refused,
  E403: refused,
  ENEEDAUTH: refused,
  E404: lacks,
  ETARGET: lacks,
  EINTEGRITY: () => ['a package is not the one that package-lock.json names', 'npm cache clean --force, then the same command again'],
  EUSAGE: () => ['package.json and package-lock.json do not fit together', 'git checkout package.json package-lock.json'],
  EBADENGINE: () => [`npm refuses Node ${process.versions.node}`, 'npm config set engine-strict false'],
};

/** Returns the words that follow "because". */
export function npmFailure(output, { root, registry, log }) {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1] ?? /^spawn \S+ (ENOENT)$/m.exec(output)?.[0];
  const where = log === undefined ? '' : ` (npm's output is in ${log})`;
  if (code?.startsWith('spawn')) return 'there is no npm on PATH; try installing npm, which comes with Node: https://nodejs.org/en/download';
  if (code !== undefined && isFileFault(code)) {
    const path = /^npm (?:error|ERR!) path (.+)$/m.exec(output)?.[1] ?? root;
    return `${fileFault({ code, path })}${where}`;
  }
  const cause = causes[code]?.({ registry: registry ?? 'of npm', output });
  if (cause !== undefined) return `${cause[0]}; try: ${cause[1]}${where}`;
  const last = said(output).slice(0, linesMax).join(' | ') || output.slice(-300) || 'it printed nothing';
  return `npm failed: ${last}; try: read ${log ?? 'the lines above'}`;
}

/** Returns the lines in which npm says what is wrong, without the lines that name codes, paths and its own log. */
const said = (output) =>
  [...output.matchAll(/^npm (?:error|ERR!) (?!code |path |errno |syscall |A complete log|\s)(\S.*)$/gm)].map(([, text]) => text.slice(0, 300));
