import { pino, type Logger } from 'pino';

export type Log = Logger;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Returns a log that writes to stdout, one JSON object per line: `{"level","time","component","pid",…,"msg"}`. `RINGMASTER_LOG_LEVEL` sets the level,
 * and the default is info. A typo must not silence a worker, so an unknown level means info too, with one warning.
 */
export function createLog(component: string, env: Readonly<Record<string, string | undefined>> = process.env): Log {
  const asked = env['RINGMASTER_LOG_LEVEL']?.toLowerCase();
  const level = asked !== undefined && levels.includes(asked) ? asked : 'info';
  const log = pino({
    level,
    base: { component, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
  if (asked !== undefined && asked !== level) log.warn({ asked, levels }, 'RINGMASTER_LOG_LEVEL is not a level; info is used');
  return log;
}
