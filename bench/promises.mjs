/**
 * The figures that the benchmarks promise. A promise is a ratio of two measurements of one run, so it holds on any machine, and a broken one fails the
 * run. A goal is a figure that depends on the machine, or a ratio to a peer that does less: a login shell other than sh starts an sh for a program of ours, and
 * none for a bare command. A missed goal is only reported.
 *
 * `of` has the fields by which the line of a benchmark is found. `figure` is the path of the figure in that line.
 */
export const promises = [
  { of: { bench: 'transport', case: 'command' }, figure: 'ssh2.ratioOfMedians', atMost: 1.15 },
  { of: { bench: 'transport', case: 'command' }, figure: 'systemSsh.ratioToBareSsh', atMost: 1.15 },
  { of: { bench: 'transport', case: 'command by bash' }, figure: 'systemSsh.ratioToBareSsh', atMost: 1.15 },
  { of: { bench: 'transport', case: 'command by fish' }, figure: 'systemSsh.ratioToBareSsh', atMost: 1.15 },
  { of: { bench: 'transport', case: 'command by bash' }, figure: 'ssh2.ratioOfMedians', atMost: 1.15, isGoal: true },
  { of: { bench: 'transport', case: 'command by fish' }, figure: 'ssh2.ratioOfMedians', atMost: 1.15, isGoal: true },
  { of: { bench: 'transport', case: 'push tree' }, figure: 'ratioWithList', atMost: 1.1 },
  { of: { bench: 'transport', case: 'pull tree' }, figure: 'ratioWithList', atMost: 1.1 },
  { of: { bench: 'transport', case: 'push file' }, figure: 'ratioWithList', atMost: 1.1 },
  { of: { bench: 'transport', case: 'pull file' }, figure: 'ratioWithList', atMost: 1.1 },
  { of: { bench: 'transport', case: 'push tree again' }, figure: 'nothingChanged.ratio', atMost: 0.5 },
  { of: { bench: 'transport', case: 'push tree again' }, figure: 'nothingChanged.ratioToRsync', atMost: 1.25 },
  { of: { bench: 'transport', case: 'push tree again' }, figure: 'oneFileChanged.ratio', atMost: 1.25 },
  { of: { bench: 'transport', case: 'pull tree' }, figure: 'nothingChanged.ratio', atMost: 0.5 },
  { of: { bench: 'transport', case: 'pull tree' }, figure: 'nothingChanged.ratioToRsync', atMost: 1.5 },
  { of: { bench: 'imports', process: 'ledger' }, figure: 'ratio', atMost: 0.75 },
  { of: { bench: 'imports', process: 'control' }, figure: 'ratio', atMost: 0.75 },
  { of: { bench: 'makespan' }, figure: 'value', atLeast: 0.95 },
  { of: { bench: 'enqueue-to-running' }, figure: 'p50', atMost: 250, isGoal: true },
  { of: { bench: 'noop-jobs' }, figure: 'value', atLeast: 8, isGoal: true },
  { of: { bench: 'status-json' }, figure: 'p50', atMost: 150, isGoal: true },
  { of: { bench: 'matrix' }, figure: 'seconds', atMost: 240, isGoal: true },
  { of: { bench: 'daemons-up' }, figure: 'value', atMost: 3_000, isGoal: true },
  { of: { bench: 'daemon-list-json' }, figure: 'ratio', atMost: 4 },
  { of: { bench: 'daemon-list-json' }, figure: 'p50', atMost: 150, isGoal: true },
  { of: { bench: 'daemon-restart' }, figure: 'p50', atMost: 300, isGoal: true },
  { of: { bench: 'daemons-idle' }, figure: 'cpu', atMost: 0.05, isGoal: true },
  { of: { bench: 'daemons-idle' }, figure: 'memory', atMost: 900, isGoal: true },
  { of: { bench: 'command-daemons-up' }, figure: 'ratio', atMost: 1.5, isGoal: true },
  { of: { bench: 'command-daemons-up' }, figure: 'againRatio', atMost: 1.5, isGoal: true },
  { of: { bench: 'command-daemon-restart', form: 'resident' }, figure: 'p50', atMost: 150, isGoal: true },
  { of: { bench: 'command-daemon-restart', form: 'agentless' }, figure: 'p50', atMost: 300, isGoal: true },
  { of: { bench: 'queue' }, figure: 'together.perSecond', atLeast: 9_000, isGoal: true },
  { of: { bench: 'queue' }, figure: 'together.claimMs.p99', atMost: 4, isGoal: true },
  { of: { bench: 'events' }, figure: 'append.perSecond', atLeast: 20_000, isGoal: true },
  { of: { bench: 'learning' }, figure: 'againstAlphaBeta4.score', atLeast: 0.6, isGoal: true },
  { of: { bench: 'delivery', perSecond: 5 }, figure: 'ours.p50Ms', atMost: 100, isGoal: true },
  { of: { bench: 'delivery', perSecond: 500 }, figure: 'ours.p99Ms', atMost: 500, isGoal: true },
  { of: { bench: 'delivery', what: 'append and drain' }, figure: 'ours.appendPerSecond', atLeast: 20_000, isGoal: true },
];

const figureOf = (line, path) => path.split('.').reduce((value, name) => value?.[name], line);
const isOf = (line, of) => Object.entries(of).every(([name, value]) => line[name] === value);

/**
 * Judges the line of a benchmark. Returns a verdict for each of its promises and goals: kept, BROKEN or missed. A figure that is no number is BROKEN, too.
 */
export const judge = (line) =>
  promises
    .filter(({ of }) => isOf(line, of))
    .map(({ of, figure, atMost = Infinity, atLeast = -Infinity, isGoal = false }) => {
      const value = figureOf(line, figure);
      const isNumber = Number.isFinite(value);
      const isKept = isNumber && value <= atMost && value >= atLeast;
      const verdict = isKept ? 'kept' : isGoal && isNumber ? 'missed' : 'BROKEN';
      return { [isGoal ? 'goal' : 'promise']: `${Object.values(of).join(' ')}: ${figure}`, value, ...limitOf(atMost, atLeast), verdict };
    });

const limitOf = (atMost, atLeast) => (atMost === Infinity ? { atLeast } : { atMost });
