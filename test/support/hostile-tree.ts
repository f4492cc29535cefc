/**
 * A hostile tree: one entry for each thing that a file system allows and a copy can get wrong. Each row makes its entry in a folder. A carried row says
 * what must arrive, and a refused row says the fault under which the tree must be refused. A test over logins and configurations takes the same rows.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, ftruncateSync, linkSync, mkdirSync, openSync, symlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import type { TreeFault } from '../../src/transport/copy/tree/refused-tree.ts';

/** Joins a folder and a name, either of which may have bytes that are no UTF-8. */
export const placeIn = (folder: string, name: string | Buffer): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);

const file = (folder: string, name: string | Buffer, text: string | Buffer = `text of ${String(name)}`): void =>
  writeFileSync(placeIn(folder, name), text);
const folder = (at: string, name: string): void => void mkdirSync(placeIn(at, name), { recursive: true });
const long = (bytes: number): string => 'n'.repeat(bytes);
/** A path of folders with 200 bytes each, of at most this many bytes. */
const deep = (bytes: number): string => Array.from({ length: Math.floor(bytes / 201) }, (_, k) => `${k}`.padEnd(200, 'd')).join('/');

const deepFile = (at: string, bytes: number): void => {
  const below = deep(bytes);
  // The whole path may be longer than the kernel takes at once.
  execFileSync('sh', [
    '-c',
    'cd "$1" && shift && for name; do mkdir -p "./$name" && cd "./$name" || exit 1; done && echo deep >leaf',
    'sh',
    at,
    ...below.split('/'),
  ]);
};

export interface CarriedRow {
  readonly make: (at: string) => void;
}

/** Everything here travels as it is. */
export const carriedRows = {
  'a space': { make: (at) => file(at, ' two  spaces ') },
  'a leading dash': { make: (at) => file(at, '-rf') },
  'two leading dashes': { make: (at) => file(at, '--help') },
  'a newline': { make: (at) => file(at, 'new\nline') },
  'a newline at the end': { make: (at) => file(at, 'newline at the end\n') },
  'a carriage return': { make: (at) => file(at, 'carriage\rreturn') },
  'a tab': { make: (at) => file(at, '\ttab\t') },
  quotes: { make: (at) => file(at, `it's "odd"`) },
  'a backslash': { make: (at) => file(at, 'back\\slash') },
  'a backslash and an n': { make: (at) => file(at, 'back\\nslash') },
  'a backslash at the end': { make: (at) => file(at, 'end\\') },
  'bytes that are no UTF-8': { make: (at) => file(at, Buffer.from([0x62, 0xff, 0xfe, 0x80, 0x64])) },
  'no UTF-8 with a newline': { make: (at) => file(at, Buffer.from([0xff, 0x0a, 0xe2, 0x82])) },
  unicode: { make: (at) => file(at, 'ü 日本 🎲') },
  'a star': { make: (at) => file(at, '*') },
  brackets: { make: (at) => file(at, '[a-z]?') },
  'a dollar and a backquote': { make: (at) => file(at, '$(echo x) `id` ${HOME}') },
  'a hash': { make: (at) => file(at, '#remark') },
  'a semicolon': { make: (at) => file(at, ';remark') },
  'a colon': { make: (at) => file(at, 'host:path') },
  'the word FAILED': { make: (at) => file(at, 'x: FAILED') },
  'a name of rsync': { make: (at) => (folder(at, 'deep/.partial'), file(at, 'deep/.partial/part'), file(at, '.partial')) },
  'names of ours': { make: (at) => ['incoming', '.manifest', 'current', '.distrust', '.gone.x', '.have'].forEach((name) => file(at, name)) },
  'names of properties': { make: (at) => ['__proto__', 'constructor', 'toString', '0', 'null'].forEach((name) => file(at, name)) },
  'an escape sequence': { make: (at) => ['\u001B[31mred', 'bell\u0007', 'delete\u007F', '\u0001'].forEach((name) => file(at, name)) },
  'rules of rsync': {
    make: (at) => (
      file(at, '.rsync-filter', '- *\n'),
      file(at, '.cvsignore', '*\n'),
      ['- *', '+ x', '. merge', '!'].forEach((name) => file(at, name))
    ),
  },
  'signs of shells': {
    make: (at) => ['~', '~root', '&', '|', '<', '>', '!', '%s', '{a,b}', 'a=b', '@list', '...', '..x'].forEach((name) => file(at, name)),
  },
  'words of tar': { make: (at) => ['--checkpoint=1', '-I sh', '._file', 'x -> y', 'x link to y'].forEach((name) => file(at, name)) },
  'times of long ago and of the future': {
    make: (at) => (['old', 'new'].forEach((name) => file(at, name)), utimesSync(placeIn(at, 'old'), 0, 0), utimesSync(placeIn(at, 'new'), 4e9, 4e9)),
  },
  'a hidden file': { make: (at) => (folder(at, '.hidden'), file(at, '.hidden/.file')) },
  'a name of 255 bytes': { make: (at) => file(at, long(255)) },
  'a deep path': { make: (at) => deepFile(at, 2_800) },
  'an empty file': { make: (at) => file(at, 'empty', '') },
  'an empty folder': { make: (at) => folder(at, 'empty folder') },
  'an empty folder in an empty folder': { make: (at) => folder(at, 'outer/inner') },
  'an empty folder with an odd name': { make: (at) => folder(at, 'odd\nfolder') },
  'a file in a folder with an odd name': { make: (at) => (folder(at, 'odd\\folder'), file(at, 'odd\\folder/file')) },
  'an executable file': { make: (at) => (file(at, 'run.sh', '#!/bin/sh\n'), chmodSync(placeIn(at, 'run.sh'), 0o755)) },
  'an executable file with an odd name': { make: (at) => (file(at, 'run\n.sh', ''), chmodSync(placeIn(at, 'run\n.sh'), 0o700)) },
  'a program that runs as its owner': { make: (at) => (file(at, 'owner'), chmodSync(placeIn(at, 'owner'), 0o4755)) },
  'a folder that all may write': { make: (at) => (folder(at, 'sticky'), file(at, 'sticky/file'), chmodSync(placeIn(at, 'sticky'), 0o3777)) },
  'a file without write permission': { make: (at) => (file(at, 'read only'), chmodSync(placeIn(at, 'read only'), 0o400)) },
  'a file for everyone': { make: (at) => (file(at, 'open'), chmodSync(placeIn(at, 'open'), 0o666)) },
  'a folder without write permission': {
    make: (at) => (folder(at, 'closed'), file(at, 'closed/file'), chmodSync(placeIn(at, 'closed'), 0o555)),
  },
  'a hard link': { make: (at) => (file(at, 'first name'), linkSync(placeIn(at, 'first name'), placeIn(at, 'second name'))) },
  'a sparse file': {
    make: (at) => {
      const open = openSync(placeIn(at, 'sparse'), 'w');
      ftruncateSync(open, 3_000_000);
      writeSync(open, 'end', 2_999_000);
      closeSync(open);
    },
  },
  'names that differ in case': { make: (at) => (file(at, 'Case', '1'), file(at, 'case', '2')) },
  'a link to a file': { make: (at) => (file(at, 'aim'), symlinkSync('aim', placeIn(at, 'link'))) },
  'a link to a folder above': { make: (at) => (folder(at, 'below'), symlinkSync('..', placeIn(at, 'below/up'))) },
  'a link through a link': { make: (at) => (folder(at, 'w/x'), symlinkSync('w/x', placeIn(at, 'wx')), symlinkSync('wx/../y', placeIn(at, 'wy'))) },
  'a link to nothing inside': { make: (at) => symlinkSync('no such name', placeIn(at, 'dangling')) },
  'a link with an odd name': { make: (at) => symlinkSync('aim\n', placeIn(at, 'odd\\link')) },
  'a link with an odd target': { make: (at) => symlinkSync('odd\\target\n', placeIn(at, 'to odd')) },
  'a link to a name that is no UTF-8': { make: (at) => symlinkSync(Buffer.from([0xff, 0xfe]), placeIn(at, 'to bytes')) },
} as const satisfies Readonly<Record<string, CarriedRow>>;

export interface RefusedRow extends CarriedRow {
  /** The path that the failure names. */
  readonly path: string;
  readonly fault: TreeFault;
  /** Follows the fix of the failure, so that the rest of the tree can be carried. */
  readonly mend: (at: string) => void;
}

const removes = (name: string) => (at: string) => void execFileSync('rm', ['-rf', `${at}/${name}`]);

/** Each of these refuses the whole tree, by name, before anything is sent. */
export const refusedRows = {
  'an absolute link': {
    path: 'absolute',
    fault: 'absolute-link',
    make: (at) => symlinkSync('/etc/passwd', placeIn(at, 'absolute')),
    mend: removes('absolute'),
  },
  'an absolute link into the tree': {
    path: 'into',
    fault: 'absolute-link',
    make: (at) => (file(at, 'target'), symlinkSync(`${at}/target`, placeIn(at, 'into'))),
    mend: (at) => (removes('into')(at), symlinkSync('target', placeIn(at, 'into'))),
  },
  'a link out of the tree': {
    path: 'sub/out',
    fault: 'link-outside',
    make: (at) => (folder(at, 'sub'), symlinkSync('../../x', placeIn(at, 'sub/out'))),
    mend: removes('sub/out'),
  },
  'a link that leaves through a link': {
    path: 's/out',
    fault: 'link-outside',
    make: (at) => (folder(at, 's'), symlinkSync('..', placeIn(at, 's/up')), symlinkSync('up/../x', placeIn(at, 's/out'))),
    mend: removes('s/out'),
  },
  'a link to itself': { path: 'self', fault: 'link-loop', make: (at) => symlinkSync('self', placeIn(at, 'self')), mend: removes('self') },
  'two links to each other': {
    path: 'one',
    fault: 'link-loop',
    make: (at) => (symlinkSync('two', placeIn(at, 'one')), symlinkSync('one', placeIn(at, 'two'))),
    mend: (at) => (removes('one')(at), removes('two')(at)),
  },
  'a named pipe': { path: 'pipe', fault: 'fifo', make: (at) => void execFileSync('mkfifo', [`${at}/pipe`]), mend: removes('pipe') },
  'a socket': {
    path: 'socket',
    fault: 'socket',
    make: (at) => {
      const listen = `require('net').createServer().listen(process.argv[1],()=>process.kill(process.pid,'SIGKILL'))`;
      try {
        execFileSync(process.execPath, ['-e', listen, 'socket'], { cwd: at });
      } catch {
        // The program was killed, so that the socket stays.
      }
    },
    mend: removes('socket'),
  },
  'a path that is too long': {
    path: '0'.padEnd(200, 'd'),
    fault: 'long-path',
    make: (at) => deepFile(at, 3_500),
    mend: removes('0'.padEnd(200, 'd')),
  },
} as const satisfies Readonly<Record<string, RefusedRow>>;

/** A device, which only root can make. */
export const deviceRow: RefusedRow = {
  path: 'device',
  fault: 'device',
  make: (at) => void execFileSync('mknod', [`${at}/device`, 'c', '1', '3']),
  mend: removes('device'),
};

/** Makes a tree with these rows, each in a folder of its own, so that no row meets another. Returns the folders by row. */
export function makeHostileTree(at: string, rows: Readonly<Record<string, CarriedRow>> = carriedRows): void {
  for (const [name, { make }] of Object.entries(rows)) {
    mkdirSync(`${at}/${name}`, { recursive: true });
    make(`${at}/${name}`);
  }
}

/**
 * Returns what is in a tree: a line for each entry, with its type, whether it is executable, its bytes and the target of a link. Two trees are equal when
 * these lines are. It is read with tools that take any name, and without the product.
 */
export function treeLines(at: string): readonly string[] {
  const script = `cd "$1" && find . -printf '%y %m %p\\0%l\\0' && find . -type f -print0 | sort -z | xargs -0 sha256sum -z`;
  const out = execFileSync('sh', ['-c', script, 'sh', at], { encoding: 'latin1', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
  const parts = out.split('\0');
  const lines: string[] = [];
  for (let k = 0; k < parts.length; k += 1) {
    const entry = /^([a-z]) (\d+) (.*)$/s.exec(parts[k] ?? '');
    if (entry === null) lines.push(parts[k] ?? '');
    else {
      const [, type = '', mode = '', path = ''] = entry;
      k += 1;
      const runs = type === 'f' && (Number.parseInt(mode, 8) & 0o111) !== 0 ? 'x' : '';
      lines.push(`${type}${runs} ${path} -> ${parts[k] ?? ''}`);
    }
  }
  return lines.toSorted();
}
