/** The records of our own logs. Each record is a line of JSON in `logs/<process>.jsonl`, and the same record is text in a log for people. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];
export const isLogLevel = (text: unknown): text is LogLevel => logLevels.includes(text as LogLevel);
export const logLevelDefault: LogLevel = 'info';

/** The parts of Ringmaster that write records. Records about a daemon have the id of the daemon as their component. */
export const logComponents = {
  launcher: 'starts, watches and restarts the processes',
  control: 'keeps the standing workflows and the daemons running',
  ledger: 'writes the ledgers',
  gateway: 'works on the nodes',
  activity: 'runs the activities of Temporal: each failure at the level info, each end at debug',
  alert: 'the alerts of channels with `log`',
  events: 'records what happened',
  backup: 'backs the ledgers up',
  temporal: 'the SDK of Temporal',
} as const satisfies Readonly<Record<string, string>>;
export type LogComponent = keyof typeof logComponents;

/** The level of each component that an operator has set. `all` is the level of every other component. */
export type LogLevels = Readonly<Record<string, LogLevel>>;
export const allComponents = 'all';

/** Returns the valid part of a file of levels. */
export const readLevels = (value: unknown): LogLevels =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, LogLevel] => isLogLevel(entry[1])))
    : {};

export const levelOf = (component: string, levels: LogLevels, otherwise: LogLevel): LogLevel =>
  levels[component] ?? levels[allComponents] ?? otherwise;

export interface LogRecord {
  readonly level: LogLevel;
  /** ISO 8601, with milliseconds. */
  readonly time: string;
  readonly component: string;
  readonly pid: number;
  readonly msg: string;
  /** Present in records about a daemon. */
  readonly daemon?: string;
  readonly [field: string]: unknown;
}

/** Returns the record of a line, or undefined for a line that is no whole record. */
export function parseLogLine(line: string): LogRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<LogRecord>;
    const isWhole = isLogLevel(record.level) && typeof record.time === 'string' && typeof record.component === 'string';
    return isWhole ? ({ msg: '', pid: 0, ...record } as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The words that runbooks look for. */
const levelWords: Readonly<Record<LogLevel, string>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** Returns the record as text: one line, and the lines of a stack below it. */
export function plainLog({ level, time, component, pid: _pid, msg, daemon: _daemon, ...fields }: LogRecord): string {
  const stacks: string[] = [];
  const words = Object.entries(fields).flatMap(([name, value]) => {
    const stack = stackOf(value);
    if (stack === undefined) return [`${name}=${typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)}`];
    stacks.push(stack);
    return [];
  });
  const line = `${time} ${levelWords[level]} ${component}: ${msg.replaceAll('\n', '\n  ')}${words.length === 0 ? '' : ` (${words.join(' ')})`}`;
  return [line, ...stacks.flatMap((stack) => stack.split('\n').map((one) => `  ${one}`))].join('\n');
}

const stackOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string' ? value.stack : undefined;
