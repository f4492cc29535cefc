import { pino, type Logger } from 'pino';

export type Log = Logger;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Returns a log that writes one JSON object a line to stdout: `{"level","time","component","pid",…,"msg"}`. `RINGMASTER_LOG_LEVEL` sets the level; the
 * default is info. An unknown level also means info, with one warning, because a typo must not silence a worker.
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
