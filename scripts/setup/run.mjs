/**
 * Runs a program and returns its exit code and the last 64 KiB of its output. The program is ended when this process exits. Does not throw: `code` is
 * null after a timeout and when the program could not start.
 */
import { spawn } from 'node:child_process';
import { onExit } from './cleanup.mjs';

const outputCharsMax = 64 * 1024;

export function run(command, args, { cwd, env = process.env, timeoutMs = 15 * 60_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output = (output + chunk).slice(-outputCharsMax));
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const forget = onExit.add(() => child.exitCode ?? child.signalCode ?? child.kill('SIGTERM'));
    const timer = setTimeout(() => {
      collect(`\n(ended after ${timeoutMs / 1000} s)`);
      child.kill('SIGKILL');
    }, timeoutMs);
    const end = (code) => {
      clearTimeout(timer);
      forget();
      resolve({ code, output: output.trim() });
    };
    child.on('error', (error) => {
      collect(error.message);
      end(null);
    });
    child.on('close', (code) => end(code));
  });
}
