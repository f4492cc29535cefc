/**
 * A payload for tests that follows docs/payload.md without playing a game. A model is one number, "skill". The seed decides the result of a game.
 *   TOY_MS    how long a job works, in milliseconds
 *   TOY_MODE  the way in which a job misbehaves
 *   TOY_TORN  the item whose games file ends in the middle of a line
 *   TOY_SAME  the prefix of the games that all have the same moves, such as `toy.2`
 *   TOY_HOLD  a folder: a job works until the folder contains the file for its turn and kind, such as `toy.3.self-play` or `toy.3.train`
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync, existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const { RINGMASTER_INPUT: input, RINGMASTER_OUTPUT: output, RINGMASTER_SEED: seed, TOY_MS: ms = '0', TOY_MODE: mode = 'ok' } = process.env;
const { RINGMASTER_JOB: job = '', TOY_TORN: torn, TOY_HOLD: hold, TOY_SAME: same } = process.env;
const [kind] = process.argv.slice(2);
const request = JSON.parse(readFileSync(join(input, 'request.json'), 'utf8'));
const digest = (data) => createHash('sha256').update(data).digest('hex');
const unit = (text) => parseInt(digest(`${seed}/${text}`).slice(0, 8), 16) / 2 ** 32;
const skill = (name) => (existsSync(join(input, name)) ? JSON.parse(readFileSync(join(input, name), 'utf8')).skill : 0);
const sleep = (time) => new Promise((wake) => setTimeout(wake, time));

const files = [];
const put = (path, data) => {
  writeFileSync(join(output, path), data);
  files.push({ path, bytes: Buffer.byteLength(data), sha256: digest(data) });
};

if (mode === 'exit-1') {
  console.error('something broke');
  process.exit(1);
}
if (mode === 'children') {
  spawn('setsid', ['sleep', '300'], { stdio: 'ignore', detached: true }).unref();
  spawn('sleep', ['300'], { stdio: 'ignore' }).unref();
}
const steps = 10;
for (let step = 1; step <= steps; step += 1) {
  await sleep(Number(mode === 'hang' ? 3_600_000 : ms) / steps);
  console.log(mode === 'garbage' ? `step ${step} of many` : JSON.stringify({ done: step, of: steps }));
  if (mode === 'garbage') await sleep(400);
}
const stage = /^.+\.\d+\.(?:self-play|train)(?=[./])/.exec(job)?.[0];
if (hold !== undefined && stage !== undefined) while (!existsSync(join(hold, stage))) await sleep(100);
if (mode === 'no-output') process.exit(0);

let result = {};
switch (kind) {
  case 'self-play': {
    const games = Array.from({ length: request.games }, (_, k) => {
      const index = request.firstGame + k;
      return {
        id: `${request.prefix}.${index}`,
        result: unit(index) < 0.5 ? 1 : -1,
        moves: request.prefix === same ? 'same' : digest(`${seed}/${index}`).slice(0, 16),
      };
    });
    const lines = games.map((game) => `${JSON.stringify(game)}\n`).join('');
    put('games.ndjson', job.startsWith(`${torn}/`) ? lines.slice(0, -20) : lines);
    break;
  }
  case 'train': {
    const set = readFileSync(join(input, 'games.ndjson'));
    put('model', JSON.stringify({ skill: skill('model') + 1, set: digest(set), seed }));
    result = { positions: request.games };
    break;
  }
  case 'evaluate': {
    const edge = skill('candidate') - skill('champion') > 0 ? 0.9 : 0.5;
    result = {
      pairs: request.pairs.map(({ index, opening }) => ({
        index,
        opening,
        scores: [unit(`${opening}/a`) < edge ? 1 : 0, unit(`${opening}/b`) < edge ? 1 : 0],
      })),
    };
    break;
  }
  case 'noop':
    break;
  default:
    console.error(`unknown kind ${kind}`);
    process.exit(2);
}
if (mode === 'corrupt') files.forEach((file) => (file.sha256 = digest('something else')));
writeFileSync(
  join(output, 'manifest.json.tmp'),
  mode === 'bad-manifest' ? '{"v": 1, "files": [{"path": "../../x"' : JSON.stringify({ v: 1, files, result }),
);
renameSync(join(output, 'manifest.json.tmp'), join(output, 'manifest.json'));
