/** Follows the instructions of `../payload/instructions.sh` without a process. A job runs until its last instruction, or until `end` stops it. */
import type { StartRequest } from '../../../src/transport/machine.ts';
import type { ScriptedJob, ScriptedNode } from './scripted-node.ts';
import { sha256 } from '../../support/sha256.ts';

/** Waits until the time is over or the job has ended. */
const wait = (job: ScriptedJob, ms: number): Promise<void> =>
  new Promise((wake) => {
    const timer = setTimeout(wake, ms);
    job.onEnd.add(() => {
      clearTimeout(timer);
      wake();
    });
  });

export async function followInstructions(
  node: ScriptedNode,
  job: ScriptedJob,
  { seed }: StartRequest,
  instructions: readonly string[],
): Promise<void> {
  const folder = `jobs/${job.job.item}/${job.job.epoch}`;
  const say = (text: string): unknown =>
    node.files.set(`${folder}/out`, Buffer.concat([node.files.get(`${folder}/out`) ?? Buffer.alloc(0), Buffer.from(text)]));
  const put = (path: string, data: Buffer | string): unknown => node.files.set(`${folder}/output/${path}`, Buffer.from(data));
  const words = [...instructions];
  const word = (): string => words.shift() ?? '';
  while (job.running && words.length > 0) {
    const instruction = word();
    switch (instruction) {
      case 'print':
        say(`${word()}\n`);
        break;
      case 'part':
        say(word());
        break;
      case 'write':
        put(word(), word());
        break;
      case 'take': {
        const input = node.files.get(`${folder}/input/${word()}`);
        put(word(), input ?? '');
        break;
      }
      case 'manifest': {
        const files = node.below(`${folder}/output`).map(([path, data]) => ({ path, bytes: data.length, sha256: sha256(data) }));
        put('manifest.json', JSON.stringify({ v: 1, files, result: { seed: String(seed) } }));
        break;
      }
      case 'child':
      case 'escape':
        job.others += 1;
        break;
      case 'stubborn':
        job.stubborn = true;
        break;
      case 'sleep':
        await wait(job, Number(word()) * 1_000);
        break;
      case 'hang':
        await new Promise<void>((wake) => job.onEnd.add(wake));
        break;
      case 'die':
        node.end(job, 137);
        break;
      case 'exit':
        node.end(job, Number(word()));
        break;
      default:
        node.end(job, 2);
    }
  }
  node.end(job, 0);
}

/** Ends a job that no look at the node has renewed for `selfFenceSeconds`, as the supervisor on a real node does. */
export function watchFence(node: ScriptedNode, job: ScriptedJob, selfFenceSeconds: number): void {
  const timer = setInterval(() => {
    if (Date.now() - job.renewedAtMs <= selfFenceSeconds * 1_000) return;
    job.ended = 'self-fence';
    job.others = 0;
    node.end(job, 137);
  }, 100);
  timer.unref();
  job.onEnd.add(() => clearInterval(timer));
}
