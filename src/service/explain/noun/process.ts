import type { ProcessView } from '../../../domain/cluster/status.ts';
import { plural } from '../../say.ts';
import type { ExplainNoun } from './noun.ts';

/** Finds and explains a process of the launcher: control, ledger, gateway or the Temporal server. */
export const process: ExplainNoun<ProcessView> = {
  find: (id, { status }) => status.processes.find((one) => one.name === id),
  explain: (found) => ({
    v: 2,
    id: found.name,
    kind: 'process',
    title: `process ${found.name}: pid ${found.pid}, ${plural(found.restarts, 'restart')}`,
    state: found.state,
    sinceMs: found.sinceMs,
    why: [
      found.state === 'failed'
        ? 'It ended early three times in a row. The launcher keeps trying, every 5 s at most.'
        : 'The launcher watches it and starts it again if it ends.',
    ],
    history: [],
    commands: found.state === 'running' ? [] : [`tail -n 50 <state>/logs/${found.name}.log`, 'ringmaster up'],
  }),
};
