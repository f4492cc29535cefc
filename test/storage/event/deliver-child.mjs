/**
 * The child process of delivery-crash.test.ts. It delivers the events of a state folder to one subscriber until none is left, or until the test kills it.
 * Each effect is a row with the id of its event, and the child prints a line after each effect. The arguments are the built `dist` folder and the state
 * folder.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';

const [, , dist, state] = process.argv;
const from = (path) => import(pathToFileURL(join(dist, path)).href);
const { EventLogDoor } = await from('src/storage/event/event-log-door.js');
const { DeliverTo } = await from('activities/ledger/event/deliver-to.js');
const { handler } = await from('activities/ledger/event/handler.js');

const effects = new Database(join(state, 'effects.db'));
effects.pragma('journal_mode = WAL');
effects.exec('CREATE TABLE IF NOT EXISTS effects (event TEXT PRIMARY KEY, calls INTEGER NOT NULL)');
const put = effects.prepare('INSERT INTO effects VALUES (?, 1) ON CONFLICT (event) DO UPDATE SET calls = calls + 1');
const takes = { NODE_SUSPECT: 1 };
const limits = { triesMax: 3, pauseMs: 10, pauseMsMax: 10, handlerMsMax: 5_000 };
const subscription = { subscriber: 'child', does: 'Tests.', takes, begins: 'beginning', waitMs: 0, gapMs: 0, limits };
const door = new EventLogDoor(state, [subscription], Date.now);
const of = handler({
  takes,
  keyOf: ({ payload }) => payload.node,
  handle: async ([event]) => {
    put.run(event.id);
    writeSync(1, `${event.id}\n`);
    // A kill can come between the effect and the move of the cursor.
    await new Promise((resolve) => setTimeout(resolve, 2));
  },
});
const to = new DeliverTo({ subscription, handler: of, door, now: Date.now });
while ((await to.step(new AbortController().signal)).inMs !== undefined);
writeSync(1, 'end\n');
door.close();
