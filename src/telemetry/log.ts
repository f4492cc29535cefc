/**
 * The log of our processes. A process calls `openLogs` once. Then each record is a line of JSON in `logs/<process>.jsonl`, and text in `logs/daemons.log`
 * when it is about a daemon, else in `logs/coordination.log`. Warnings and errors are also on the standard error, so that they stand in the process's
 * own log, `logs/<process>.log`, and a process without a state folder shows them too.
 */
import { pino, type Logger } from 'pino';
import {
  isLogLevel,
  levelOf,
  type LogComponent,
  logLevelDefault,
  type LogLevels,
  logLevels,
  type LogRecord,
  parseLogLine,
  plainLog,
} from '../domain/cluster/log-record.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { limitOutput } from './limit-output.ts';
import { levelsLookMs, secretLettersMin } from './limits.ts';
import { levelsIn } from './levels-file.ts';
import { RotatedFile } from './rotated-file.ts';

export type Log = Logger;

type Write = (line: string, record: LogRecord | undefined) => void;
const loud = ['warn', 'error', 'fatal'];

function toStderr(_line: string, record: LogRecord | undefined): void {
  if (record !== undefined && loud.includes(record.level)) process.stderr.write(`${plainLog(record)}\n`);
}

let write: Write = toStderr;
let levels: LogLevels = {};
let hidden: readonly string[] = [];

const asked = process.env['RINGMASTER_LOG_LEVEL']?.toLowerCase();
const otherwise = isLogLevel(asked) ? asked : logLevelDefault;

const root = pino(
  {
    level: 'trace',
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  },
  {
    write: (whole: string) => {
      const line = hidden.reduce((text, secret) => text.replaceAll(secret, '•••'), whole);
      write(line, parseLogLine(line));
    },
  },
);
const logs = new Map<string, Log>();

/** Returns the log of a component, or of a daemon by its id. */
export function logOf(component: LogComponent | (string & {})): Log {
  let found = logs.get(component);
  if (found === undefined) logs.set(component, (found = root.child({ component }, { level: levelOf(component, levels, otherwise) })));
  return found;
}

/** A log that keeps nothing. */
export const silentLog = (): Log => pino({ level: 'silent' });

/** From now on, no record shows these values. */
export function hideInLogs(secrets: readonly (string | undefined)[]): void {
  const long = secrets.filter((one) => one !== undefined && one.length >= secretLettersMin) as string[];
  // A value stands in a line as JSON writes it.
  hidden = [...new Set([...hidden, ...long.map((one) => JSON.stringify(one).slice(1, -1))])];
}

/** From now on, the records of this process go to its logs. The levels that an operator sets take effect within a second or two. */
export function openLogs(state: string, name: string): void {
  const paths = statePaths(state);
  const records = new RotatedFile(paths.records(name));
  const texts = { daemons: new RotatedFile(paths.log('daemons')), coordination: new RotatedFile(paths.log('coordination')) };
  write = (line, record) => {
    records.write(line);
    if (record !== undefined) texts[record.daemon === undefined ? 'coordination' : 'daemons'].write(`${plainLog(record)}\n`);
    toStderr(line, record);
  };
  followLevels(paths.logLevels);
  setInterval(() => {
    followLevels(paths.logLevels);
    limitOutput(paths.log(name));
  }, levelsLookMs).unref();
  // A typo must not silence a worker.
  if (asked !== undefined && !isLogLevel(asked))
    logOf(name).warn({ asked, levels: logLevels }, `RINGMASTER_LOG_LEVEL is not a level; ${otherwise} is used`);
}

function followLevels(file: string): void {
  levels = levelsIn(file);
  for (const [component, log] of logs) {
    const level = levelOf(component, levels, otherwise);
    if (log.level !== level) log.level = level;
  }
}
