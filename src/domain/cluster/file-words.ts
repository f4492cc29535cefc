import { formatDuration } from '../../base/duration.ts';
import { formatSize } from '../../base/size.ts';

type Form = (value: number) => string;
const seconds: Form = (value) => formatDuration(value * 1_000);
const hours: Form = (value) => formatDuration(value * 3_600_000);

/**
 * The places of a configuration that a cluster file writes in another way: the key of the file, the form of a number, and the word for no value. A star is
 * the id or the name of an entry, and perhaps a stage of a pipeline.
 */
const rows: readonly (readonly [place: string, key: string, form?: Form, absent?: string])[] = [
  ['temporal.retentionHours', 'temporal.retention', hours],
  ['nodeLimits.suspectAfterSeconds', 'limits.suspectAfter', seconds],
  ['nodeLimits.unreachableAfterSeconds', 'limits.unreachableAfter', seconds],
  ['nodeLimits.lostAfterSeconds', 'limits.lostAfter', seconds],
  ['sweepIntervalMs', 'intervals.sweep', formatDuration],
  ['watchIntervalMs', 'intervals.watch', formatDuration],
  ['backups.everyMs', 'backups.every', formatDuration, 'none'],
  ['events.ageMs', 'retention.events', formatDuration],
  ['events.eventsMax', 'retention.eventsMax'],
  ['retention.filesMs', 'retention.files', formatDuration, 'none'],
  ['retention.itemsMs', 'retention.items', formatDuration, 'none'],
  ['retention.gamesMs', 'retention.games', formatDuration, 'none'],
  ['logs.stdoutBytesMax', 'logs.stdout', formatSize],
  ['logs.stderrBytesMax', 'logs.stderr', formatSize],
  ['logs.homeBytesMax', 'logs.home', formatSize],
  ['nodes.*.connect.host', 'nodes.*.ssh.host'],
  ['nodes.*.connect.port', 'nodes.*.ssh.port'],
  ['nodes.*.connect.user', 'nodes.*.ssh.user'],
  ['nodes.*.connect.identityFile', 'nodes.*.ssh.identityFile'],
  ['nodes.*.connect.knownHostsFile', 'nodes.*.ssh.knownHostsFile'],
  ['nodes.*.limits.loginMs', 'nodes.*.limits.login', formatDuration],
  ['nodes.*.limits.probeMs', 'nodes.*.limits.probe', formatDuration],
  ['nodes.*.limits.commandMs', 'nodes.*.limits.command', formatDuration],
  ['nodes.*.idle.afterMs', 'nodes.*.idle.after', formatDuration],
  ['pipelines.*.gamesPerTurn', 'pipelines.*.games.perTurn'],
  ['pipelines.*.gamesPerItem', 'pipelines.*.games.perItem'],
  ['pipelines.*.windowTurns', 'pipelines.*.games.windowTurns'],
  ['pipelines.*.limits.runSecondsMax', 'pipelines.*.run', seconds],
  ['pipelines.*.limits.silentSecondsMax', 'pipelines.*.silent', seconds],
  ['pipelines.*.limits.selfFenceSeconds', 'pipelines.*.selfFence', seconds, 'none'],
  ['pipelines.*.attemptsMax', 'pipelines.*.attempts'],
  ['daemons.*.readyWithinMs', 'daemons.*.ready', formatDuration],
  ['daemons.*.stop.signal', 'daemons.*.stopSignal'],
  ['daemons.*.stop.graceMs', 'daemons.*.stopGrace', formatDuration],
  ['daemons.*.health.everyMs', 'daemons.*.health.every', formatDuration],
  ['daemons.*.health.withinMs', 'daemons.*.health.within', formatDuration],
  ['daemons.*.health.silentMax', 'daemons.*.health.silent'],
  ['daemons.*.health.question.url', 'daemons.*.health.http'],
  ['daemons.*.health.question.path', 'daemons.*.health.file'],
  ['daemons.*.health.question.command', 'daemons.*.health.command'],
  ['daemons.*.health.question.freshMs', 'daemons.*.health.fresh', formatDuration],
  ['alertChannels', 'alerts.channels'],
  ['alertChannels.*.repeatMs', 'alerts.channels.*.repeat', formatDuration, 'none'],
  ['alertChannels.*.way.url', 'alerts.channels.*.webhook.url'],
  ['alertChannels.*.way.form', 'alerts.channels.*.webhook.form'],
  ['alertChannels.*.way.command', 'alerts.channels.*.command'],
  ['alertChannels.*.way.to', 'alerts.channels.*.email.to'],
  ['alertChannels.*.way.from', 'alerts.channels.*.email.from'],
  ['alertChannels.*.way.program', 'alerts.channels.*.email.program'],
  ['alertChannels.*', 'alerts.channels.*'],
];

/** The places that follow from other keys of the file, and have none of their own. */
const derived = ['nodes.*.connect.type', 'daemons.*.digest', 'daemons.*.health.question.type', 'alertChannels.*.way.type'];

/** Returns the part of the place for which the star stands, or undefined when the place is another one. */
function starIn(pattern: string, place: string): string | undefined {
  const [start = '', end = ''] = pattern.split('*');
  if (!pattern.includes('*')) return pattern === place ? '' : undefined;
  const isOfPattern = place.length > pattern.length - '*'.length && place.startsWith(start) && place.endsWith(end);
  return isOfPattern ? place.slice(start.length, place.length - end.length) : undefined;
}

/** Returns the key of the cluster file and the form of its values for a place of a configuration. Returns undefined for a place without a key of its own. */
export function inFileWords(place: string): { readonly key: string; readonly form: (value: unknown) => unknown } | undefined {
  if (derived.some((pattern) => starIn(pattern, place) !== undefined)) return undefined;
  const [pattern = '', key = place, form, absent] = rows.find(([one]) => starIn(one, place) !== undefined) ?? [];
  return {
    key: key.replace('*', () => starIn(pattern, place) ?? ''),
    form: (value) => (value === undefined ? absent : form !== undefined && typeof value === 'number' ? form(value) : value),
  };
}
