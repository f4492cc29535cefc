/**
 * Says whether a version of Node is supported. The one list of the supported versions is `engines.node` in package.json, and the one list of the tested
 * versions is here. The syntax of this file is old, because an old Node must be able to read it and to print the sentence.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The versions that were tested, the oldest first. `npm run matrix` runs on the first and on the last. README names their major and minor versions. */
export const testedNodes = ['20.19.0', '20.20.2', '22.23.3', '24.21.0', '26.12.1'];

/** Returns the range of the supported versions, for example `^20.19.0 || >=24.0.0`. */
export const supportedRange = (root) => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;

/** Returns why this version of Node cannot run Ringmaster, and a cure, or undefined when the version is supported. */
export function nodeFault(root, version = process.versions.node) {
  const range = supportedRange(root);
  if (range.split('||').some((part) => isInPart(version, part.trim()))) return undefined;
  const newest = numbers(testedNodes[testedNodes.length - 1])[0];
  return { because: `this is Node ${version} and Ringmaster needs Node ${range}`, cure: `install Node ${newest}: https://nodejs.org/en/download` };
}

/** True when this version is newer than every tested version. It probably works, because newer versions of Node keep what older ones have. */
export const isNewerThanTested = (version = process.versions.node) => numbers(version)[0] > numbers(testedNodes[testedNodes.length - 1])[0];

/** Understands the two forms that our range has: `^A.B.C`, which is this major version from A.B.C on, and `>=A.B.C`. */
function isInPart(version, part) {
  const least = numbers(part.replace(/^(\^|>=)/, ''));
  const own = numbers(version);
  if (part.startsWith('^') && own[0] !== least[0]) return false;
  const difference = own.map((number, index) => number - least[index]).find((one) => one !== 0);
  return difference === undefined || difference > 0;
}

const numbers = (version) => version.split('-')[0].split('.').map(Number);
