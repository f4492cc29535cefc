/**
 * Checks every shell file with ShellCheck. Also checks the syntax of the file with each shell that a node may have (`-n`). A program for nodes is
 * checked in the form that nodes receive, with its constants and libraries in front. Findings name the place in the source. Needs the compiled
 * `src/transport`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeProgram, filesOf, programFiles, programs, quickFilesOf, quickPrograms } from '../dist/src/transport/script/programs.js';
import { locateShellcheck } from './setup/shellcheck-part.mjs';
import { shellFiles } from './write-programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scripts = 'src/transport/script';
const shells = { sh: [['dash'], ['bash', '--posix'], ['busybox', 'sh']], bash: [['bash']] };
const shellcheck = locateShellcheck(process.env);
if (shellcheck === undefined) {
  console.error('Cannot check the shell files because shellcheck is missing; try `node scripts/setup.mjs --test`, or put shellcheck 0.11.0 on PATH.');
  process.exit(1);
}

const read = (path) => readFileSync(join(root, path), 'utf8');
const shellOf = (text) => /^#!\s*\S*?(?:\/env\s+)?\/?(sh|bash)\s*$/.exec(text.split('\n', 1)[0])?.[1];

/** Returns the lines of a program, and for each line its place in the source files. */
function programOf(name, files, delivered) {
  const paths = files.map((file) => `${scripts}/${file}.sh`);
  const places = paths.flatMap((path) => {
    // The last line also ends with a newline, so the last piece of the split is empty.
    const lines = read(path).split('\n').slice(0, -1);
    return lines.map((line, index) => ({ line, place: `${path}:${index + 1}` }));
  });
  const body = places.map(({ line }) => `${line}\n`);
  const constants = composeProgram(body).slice(0, -body.join('').length);
  const header = ['#!/bin/sh', ...constants.split('\n').slice(0, -1)].map((line) => ({ line, place: `${scripts}/programs.ts` }));
  return { name, shell: 'sh', delivered, lines: [...header, ...places] };
}

function fileOf(path) {
  const text = read(path);
  return {
    name: path.replaceAll('/', '_'),
    shell: shellOf(text),
    delivered: text,
    lines: text.split('\n').map((line, index) => ({ line, place: `${path}:${index + 1}` })),
  };
}

const names = Object.keys(programFiles);
const nodePrograms = [
  ...names.map((name) => ({ name, files: filesOf(name), delivered: programs[name] })),
  ...names
    .filter((name) => quickFilesOf(name) !== undefined)
    .map((name) => ({ name: `${name}-quickly`, files: quickFilesOf(name), delivered: quickPrograms.get(programs[name]) })),
];
const used = new Set(nodePrograms.flatMap(({ files }) => files));
const findings = new Set(
  shellFiles()
    .filter((path) => !used.has(path.slice(scripts.length + 1, -'.sh'.length)))
    .map((path) => `${path}: no program in ${scripts}/programs.ts is made of it`),
);
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').slice(0, -1);
const others = tracked.filter((path) => !path.startsWith(`${scripts}/`) && (path.endsWith('.sh') || isScript(path)));

function isScript(path) {
  try {
    return shellOf(read(path)) !== undefined;
  } catch {
    return false; // Deleted in the work tree.
  }
}

const folder = mkdtempSync(join(tmpdir(), 'check-shell-'));
try {
  const texts = [...nodePrograms.map(({ name, files, delivered }) => programOf(name, files, delivered)), ...others.map(fileOf)];
  for (const { name, shell, delivered, lines } of texts) {
    if (shell === undefined) {
      findings.add(`${lines[0].place}: the first line must name the shell: #!/bin/sh or #!/usr/bin/env bash`);
      continue;
    }
    const file = join(folder, `${name}.sh`);
    writeFileSync(file, delivered);
    for (const [program, ...args] of shells[shell]) {
      const { status, stderr, error } = spawnSync(program, [...args, '-n', file], { encoding: 'utf8' });
      if (status !== 0) findings.add(`${name}: ${[program, ...args].join(' ')} -n: ${error?.message ?? stderr.replaceAll(`${file}: `, '').trim()}`);
    }
    writeFileSync(file, lines.map(({ line }) => line).join('\n'));
  }
  const { stdout, stderr } = spawnSync(shellcheck, ['--norc', '--format=json1', ...texts.map(({ name }) => join(folder, `${name}.sh`))], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (stdout === '') throw new Error(`shellcheck said nothing: ${stderr}`);
  const byFile = new Map(texts.map(({ name, lines }) => [join(folder, `${name}.sh`), lines]));
  for (const { file, line, column, code, message } of JSON.parse(stdout).comments) {
    findings.add(`${byFile.get(file)[line - 1].place}:${column}: SC${code}: ${message}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
for (const finding of findings) console.error(finding);
process.exit(findings.size > 0 ? 1 : 0);
