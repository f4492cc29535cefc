import { destination, pino, type Logger } from 'pino';
import { unwrittenLogBytesMax } from './limits.ts';

export type Log = Logger;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Returns a log that writes to stdout, one JSON object per line: `{"level","time","component","pid",…,"msg"}`. `RINGMASTER_LOG_LEVEL` sets the level,
 * and the default is info. A typo must not silence a worker, so an unknown level means info too, with one warning.
 */
export function createLog(component: string, env: Readonly<Record<string, string | undefined>> = process.env): Log {
  const asked = env['RINGMASTER_LOG_LEVEL']?.toLowerCase();
  const level = asked !== undefined && levels.includes(asked) ? asked : 'info';
  const stdout = destination({ dest: 1, sync: true, maxLength: unwrittenLogBytesMax });
  // A full disk under the log must not end the process. The line is kept and written with a later line.
  stdout.on('error', () => undefined);
  const log = pino(
    {
      level,
      base: { component, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stdout,
  );
  if (asked !== undefined && asked !== level) log.warn({ asked, levels }, 'RINGMASTER_LOG_LEVEL is not a level; info is used');
  return log;
}
