import { sharedRights } from '../copy/tree/modes.ts';
import { commandLimits, jobLimits, treeLimits } from '../limits.ts';
import { bellFifo, folderIdFile, nodeFolders, ownerFile } from '../node-folder.ts';
import { exitStatus } from './exit-status.ts';
import { type ShellFile, shellFiles } from './programs.generated.ts';

/**
 * A program writes this text to standard error, followed by a word and a path, when it ends with `exitStatus.noFolder`. The text is needed because a
 * user's program can end with the same status.
 */
export const noFolderNote = 'ringmaster: cannot enter the folder';

/** A program writes this text to standard error, followed by the words of `ln`, when it ends with `exitStatus.noFolder` because of a hard link. */
export const noLinkNote = 'ringmaster: cannot make a hard link in the folder';

/** A program writes this text to standard error when it ends with `exitStatus.notEntered`. */
export const notEnteredNote = 'ringmaster: did not enter the folder';

/** A program writes one of these texts to standard error, followed by what it found, when the node's folder is not the cluster's own. */
export const foreignOwnerNote = 'ringmaster: the folder belongs to cluster ';
export const otherPlaceNote = 'ringmaster: another machine or folder answers: ';
export const foreignFilesNote = 'ringmaster: the folder has no owner and contains ';

/**
 * The programs that run on a node, and the files that each program is made of. The files of `library/` come first. A program that begins with
 * `library/enter` runs in the node's folder. Its first arguments are the folder and the cluster that owns it.
 */
export const programFiles = {
  environment: ['library/environment'],
  start: ['library/enter', 'library/lines', 'library/fence', 'library/marked', 'library/record', 'job/start'],
  supervise: ['library/marked', 'library/record', 'library/log', 'job/supervise'],
  leader: ['job/leader'],
  look: ['library/enter', 'library/marked', 'library/record', 'library/log', 'job/look'],
  manifest: ['library/enter', 'library/sum', 'library/open-file', 'library/marked', 'library/record', 'job/manifest'],
  settle: ['library/enter', 'library/fence', 'job/settle'],
  stop: ['library/enter', 'library/fence', 'library/marked', 'library/record', 'library/remove-tree', 'library/log', 'job/stop'],
  stopAll: ['library/enter', 'library/marked', 'library/record', 'job/stop-all'],
  forget: ['library/enter', 'library/fence', 'library/record', 'library/remove-tree', 'job/forget'],
  readLog: ['library/enter', 'library/record', 'library/log', 'job/read-log'],
  listOld: ['library/enter', 'library/marked', 'library/record', 'library/removal-lag', 'job/list-old'],

  probe: ['library/enter', 'library/worker-silent', 'node/probe'],
  purge: ['library/enter', 'library/remove-tree', 'node/purge'],
  root: ['library/enter', 'node/root'],
  readFile: ['library/enter', 'node/read-file'],
  run: ['library/enter', 'library/lines', 'node/run'],
  lacks: ['node/lacks'],
  askHttp: ['node/ask-http'],
  fileAge: ['node/file-age'],
  killMarked: ['library/enter', 'library/marked', 'node/kill-marked'],
  startWorker: ['library/marked', 'library/worker-silent', 'library/end-worker', 'node/start-worker'],
  endWorker: ['library/marked', 'library/end-worker', 'node/end-worker'],
  worker: ['node/worker'],
  findNode: ['node/find-node'],
  noteTunnel: ['node/note-tunnel'],

  pushTreeBegin: ['library/enter', 'library/version', 'copy/push-tree-begin'],
  pushTreeEnd: ['library/enter', 'library/sum', 'library/odd-name', 'library/remove-tree', 'library/version', 'copy/push-tree-end'],
  listDataset: ['library/enter', 'library/sum', 'library/odd-name', 'copy/list-dataset'],
  removeGames: ['library/enter', 'library/removal-lag', 'copy/remove-games'],
  findBlob: ['library/enter', 'copy/find-blob'],
  takeBlob: ['library/enter', 'library/sum', 'copy/take-blob'],
  readOutput: ['library/enter', 'library/open-file', 'copy/read-output'],
  unpackTree: ['library/enter', 'library/remove-tree', 'copy/unpack-tree'],
  packFiles: ['copy/pack-files'],
  readStream: ['library/open-file', 'copy/read-stream'],
  writeStream: ['copy/write-stream'],
} as const satisfies Readonly<Record<string, readonly ShellFile[]>>;

export type ProgramName = keyof typeof programFiles;

const upperCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const named = (prefix: string, values: Readonly<Record<string, string | number>>): (readonly [string, string | number])[] =>
  Object.entries(values).map(([name, value]) => [`${prefix}_${upperCase(name)}`, value]);

/** Facts that the programs share with TypeScript. No value contains a quote. */
const constants: readonly (readonly [name: string, value: string | number])[] = [
  ...named('EXIT', exitStatus),
  ...named('FOLDER', nodeFolders),
  ['BELL_FIFO', bellFifo],
  ['OWNER_FILE', ownerFile],
  ['FOLDER_ID_FILE', folderIdFile],
  ['NO_FOLDER_NOTE', noFolderNote],
  ['NO_LINK_NOTE', noLinkNote],
  ['NOT_ENTERED_NOTE', notEnteredNote],
  ['FOREIGN_OWNER_NOTE', foreignOwnerNote],
  ['FOREIGN_FILES_NOTE', foreignFilesNote],
  ['OTHER_PLACE_NOTE', otherPlaceNote],
  ['MANIFEST_BYTES_READ', jobLimits.manifestBytesMax + 1],
  ['LOOK_TEXT_BYTES_MAX', jobLimits.lookTextBytesMax],
  ['TEXT_BYTES_MAX', jobLimits.textBytesMax],
  ['FILES_A_SECOND_MAX', jobLimits.filesASecondMax],
  ['ARRIVING_SECONDS_MAX', treeLimits.arrivingSecondsMax],
  ['TREE_PATH_BYTES_MAX', treeLimits.pathBytesMax],
  ['TREE_MODES', sharedRights.text],
  ['WORKER_SILENT_SECONDS_MAX', commandLimits.workerSilentSecondsMax],
  ['WORKER_LOG_BYTES_READ', commandLimits.workerLogBytesRead],
];

/** Returns a program: the constants that the program names, as assignments, then the texts of its files. */
export function composeProgram(texts: readonly string[]): string {
  const text = texts.join('');
  const used = new Set(text.match(/\$\{?[A-Z_]+/g)?.map((use) => use.replace(/^\$\{?/, '')));
  const assignments = constants.flatMap(([name, value]) => (used.has(name) ? [`${name}=${typeof value === 'number' ? value : `'${value}'`}\n`] : []));
  return `${assignments.join('')}${text}`;
}

/**
 * These keep the locale that they find. `environment` stands in front of other programs. `leader` sets the locale of the job itself. The node's worker must
 * have the locale of the login, because the jobs that it starts get the worker's. Every other program begins with `library/locale`.
 */
const inLocaleAsFound: readonly string[] = ['environment', 'supervise', 'leader', 'startWorker', 'worker'] satisfies readonly ProgramName[];

/** Returns the files that a program is made of, in their order. */
export const filesOf = (name: ProgramName): readonly ShellFile[] =>
  inLocaleAsFound.includes(name) ? programFiles[name] : ['library/locale', ...programFiles[name]];

/** Returns the text of a program, as a shell gets it. */
const textOf = (files: readonly ShellFile[]): string => composeProgram(files.map((file) => shellFiles[file]));

const names = Object.keys(programFiles) as ProgramName[];

/** The text of each program. */
export const programs = Object.fromEntries(names.map((name) => [name, textOf(filesOf(name))])) as Readonly<Record<ProgramName, string>>;

/** Stands in front of each command line of ours, on every route. */
export const environmentReset = programs.environment;

/** Returns the files of the quick form of a program: `library/enter-quickly` takes the place of `library/enter`. Other programs have no quick form. */
export const quickFilesOf = (name: ProgramName): readonly ShellFile[] | undefined => {
  const files = filesOf(name);
  return files.includes('library/enter') ? files.map((file) => (file === 'library/enter' ? 'library/enter-quickly' : file)) : undefined;
};

/** The text of a program → the text of its quick form. A caller runs the quick form first, and after `exitStatus.notEntered` the program itself. */
export const quickPrograms: ReadonlyMap<string, string> = new Map(
  names.flatMap((name) => {
    const files = quickFilesOf(name);
    return files === undefined ? [] : [[programs[name], textOf(files)]];
  }),
);
