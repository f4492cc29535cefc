/**
 * A model of the daemons of a cluster: the real decisions of the daemons and of their manager, with messages that take time, work that fails, workflows
 * that are terminated, and an operator who types at random. Whatever happens, no forbidden state is reached, and all is well when the storm is over.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { carriesDependants, type Daemon, type DaemonRow, isActive } from '../../src/domain/daemon/daemon.ts';
import { brakeRestartsMax, brakeWindowMs } from '../../src/domain/daemon/brake.ts';
import { earlierOf, needsOf } from '../../src/domain/daemon/graph.ts';
import { afterLoss, afterNews, type DaemonNews, newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import { afterGroupNews, type Group, type GroupNews, type ManagedWish, newManaged, planOf } from '../../src/domain/daemon/manager.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { type Action, action, count, graph, type Links, type Verb } from './daemon-actions.ts';
import { options } from './seed.ts';

const record = failureRecord('internal.defect', { cannot: 'work', because: 'of the model', hint: { say: 'again' } });
/** The operator's commands and the crashes of one run of the test. Their number is the promise of the test. */
const blowsMin = 10_000;

class Model {
  readonly rows: readonly DaemonRow[];
  nowMs = 0;
  group: Group;
  /** The daemon of each running workflow. */
  readonly daemons = new Map<string, Daemon>();
  /** The last state of a daemon whose workflow was terminated, as the ledger has it. */
  readonly lost = new Map<string, Daemon>();
  /** The daemons whose interrupted work has not ended. */
  readonly ending = new Set<string>();
  /** Messages that are under way. Those between the same two workflows arrive in order. */
  readonly toManager: GroupNews[] = [];
  readonly toDaemons = new Map<string, DaemonNews[]>();
  /** The last wish of the operator about each daemon. */
  readonly wishes = new Map<string, ManagedWish['wish']>();
  readonly ledgerWishes = new Map<string, ManagedWish>();
  /** When each grant was sent for the first time, by daemon and number of the state. */
  readonly sentAtMs = new Map<string, number>();
  /** The grants that let a daemon restart. */
  readonly granted = new Set<string>();

  constructor({ needs, after }: { readonly needs: Links; readonly after: Links }) {
    const earlier = (all: readonly number[] = [], index: number): readonly string[] =>
      [...new Set(all)].filter((one) => one < index).map((one) => `D${one}`);
    this.rows = needs.map((before, index) => ({
      id: `D${index}`,
      summary: '',
      critical: index % 3 === 0,
      dependencies: earlier(before, index),
      after: earlier(after[index], index).filter((one) => !earlier(before, index).includes(one)),
      intervalMs: 60_000,
    }));
    this.group = { daemons: this.rows.map((one) => newManaged(one)), orders: [], grantedAtMs: [] };
    this.plan();
  }

  row = (id: string): DaemonRow => this.rows.find((one) => one.id === id) as DaemonRow;

  plan(): void {
    const { group, steps } = planOf(this.group, this.nowMs);
    this.group = group;
    for (const step of steps) {
      if (step.type === 'start' || step.type === 'tell') {
        if (step.type === 'start' && this.start(step)) continue;
        this.send(step.daemon, { type: 'dependencies', missing: step.missing });
        this.send(step.daemon, { type: step.wish.wish === 'running' ? 'start' : 'stop', by: step.wish.by, reason: step.wish.reason });
      } else if (step.type === 'order') {
        this.send(step.daemon, { type: step.verb, by: step.by, reason: step.reason });
      } else {
        const grant = `${step.daemon} ${step.seq}`;
        if (!this.sentAtMs.has(grant)) this.sentAtMs.set(grant, this.nowMs);
        this.send(step.daemon, { type: 'granted', seq: step.seq });
      }
    }
  }

  /** Starts the workflow of a daemon. Returns true when the daemon is new, and so has begun with what the manager says. */
  start({ daemon, missing, wish }: { readonly daemon: string; readonly missing: readonly string[]; readonly wish: ManagedWish }): boolean {
    // The server allows one workflow of an id, so a start of a daemon that runs changes nothing.
    if (this.daemons.has(daemon)) return false;
    const lost = this.lost.get(daemon);
    const started = lost === undefined ? newDaemon(wish, missing) : afterLoss(lost, { record }, missing, this.row(daemon), this.nowMs);
    this.lost.delete(daemon);
    this.daemons.set(daemon, started);
    this.report(daemon, started);
    this.hear(daemon, { type: 'time' });
    // The first round of every other daemon is done before its workflow starts.
    if (lost === undefined && Number(daemon.slice(1)) % 2 === 0 && this.isWorking(daemon))
      this.hear(daemon, { type: 'worked', health: { healthy: true, message: 'works', details: {} } });
    return lost === undefined;
  }

  send(id: string, news: DaemonNews): void {
    this.toDaemons.set(id, [...(this.toDaemons.get(id) ?? []), news]);
  }

  report(id: string, { state, seq }: Daemon): void {
    this.toManager.push({ type: 'report', daemon: id, report: { state, seq } });
  }

  hear(id: string, news: DaemonNews): void {
    const before = this.daemons.get(id);
    if (before === undefined) return;
    const after = afterNews(before, news, this.row(id), this.nowMs);
    this.daemons.set(id, after);
    if (news.type === 'granted' && before.granted !== true && before.state === 'backing-off' && before.seq === news.seq)
      this.granted.add(`${id} ${news.seq}`);
    if (isActive(before) && !isActive(after) && news.type !== 'worked' && news.type !== 'failed') this.ending.add(id);
    this.checkWork(id, before, after, news);
    if (after.seq !== before.seq) this.report(id, after);
  }

  /** Checks the rules that hold after every single step. */
  checkWork(id: string, before: Daemon, after: Daemon, news: DaemonNews): void {
    if (isActive(after) && !isActive(before)) {
      expect(
        after.missing.filter((one) => this.row(id).dependencies.includes(one)),
        `${id} starts with a dead dependency`,
      ).toEqual([]);
      expect(after.wish.wish, `${id} starts although it was stopped`).toBe('running');
    }
    if (before.state === 'stopped' && before.wish.wish === 'stopped' && after.state !== 'stopped')
      expect(['start', 'restart'], `${id} was brought back by ${news.type}`).toContain(news.type);
    if (before.state === 'backing-off' && after.state === 'starting' && !this.row(id).critical && news.type !== 'reset' && news.type !== 'restart')
      expect(before.granted === true || news.type === 'granted', `${id} restarts without a grant`).toBe(true);
    if (before.state === 'failed' && after.state === 'starting') expect(['reset', 'restart', 'dependencies']).toContain(news.type);
  }

  /** Delivers the oldest message of a receiver. Returns false when none is under way. */
  deliver(turn: number): boolean {
    const receivers = [
      ...(this.toManager.length > 0 ? ['manager'] : []),
      ...[...this.toDaemons].filter(([, all]) => all.length > 0).map(([id]) => id),
    ];
    const receiver = receivers[turn % Math.max(1, receivers.length)];
    if (receiver === undefined) return false;
    if (receiver === 'manager') {
      this.group = afterGroupNews(this.group, this.toManager.shift() as GroupNews);
      this.plan();
    } else {
      // A workflow that was terminated gets nothing; the manager sends its successor everything again.
      const [next, ...rest] = this.toDaemons.get(receiver) ?? [];
      this.toDaemons.set(receiver, rest);
      if (next !== undefined) this.hear(receiver, next);
    }
    return true;
  }

  operate(verb: Verb, id: string): void {
    const all = this.rows.map((one) => one.id);
    const about = verb.endsWith('All') ? all : [id];
    const order: GroupNews | undefined =
      verb === 'restart' || verb === 'reset' ? { type: 'orders', orders: [{ daemon: id, verb, by: 'ada', reason: 'the model' }] } : undefined;
    if (verb === 'reset' && order !== undefined) {
      this.toManager.push(order);
      return;
    }
    const wish = verb.startsWith('stop') ? 'stopped' : 'running';
    for (const one of about) this.wishes.set(one, wish);
    // The ledger gives each wish a later time than the last one.
    this.nowMs += 1;
    const made: ManagedWish = { wish, by: 'ada', reason: 'the model', sinceMs: this.nowMs, inOrder: verb === 'stopAll' };
    for (const one of about) this.ledgerWishes.set(one, made);
    this.toManager.push({ type: 'wish', daemons: about, wish: made });
    if (order !== undefined) this.toManager.push(order);
  }

  /** A new manager begins as `workers/control/standing-workflows.ts` makes it. */
  replaceManager(): void {
    this.toManager.length = 0;
    const records = new Map([...this.lost, ...this.daemons]);
    this.group = {
      daemons: this.rows.map((one) => newManaged(one, this.ledgerWishes.get(one.id), records.get(one.id))),
      orders: [],
      grantedAtMs: this.rows.flatMap(({ id, critical }) => (critical ? [] : (records.get(id)?.grantedAtMs ?? []))).toSorted((a, b) => a - b),
    };
    this.plan();
  }

  act(next: Action): void {
    if (next.type === 'manager lost') {
      this.replaceManager();
      return;
    }
    if (next.type === 'passes') {
      this.nowMs += next.ms;
      for (const { id } of this.rows) this.hear(id, { type: 'time' });
      this.plan();
      return;
    }
    if (next.type === 'deliver') {
      for (let turn = 0; turn < next.messages; turn += 1) this.deliver(turn);
      return;
    }
    if (next.type === 'storm') {
      for (let time = 0; time < next.times; time += 1) {
        for (let one = 0; one < count; one += 1) this.act({ type: 'fails', on: one });
        this.act({ type: 'deliver', messages: 40 });
        this.act({ type: 'passes', ms: 4_000 });
        this.act({ type: 'deliver', messages: 40 });
      }
      return;
    }
    const id = `D${next.on}`;
    if (next.type === 'operator') {
      this.operate(next.verb, id);
      return;
    }
    const daemon = this.daemons.get(id);
    if (daemon === undefined) return;
    if (next.type === 'missed') {
      this.toManager.push({ type: 'gone', daemons: [id] });
    } else if (next.type === 'terminated') {
      this.daemons.delete(id);
      this.ending.delete(id);
      this.toDaemons.set(id, []);
      this.lost.set(id, daemon);
      this.toManager.push({ type: 'gone', daemons: [id] });
    } else if (isActive(daemon)) {
      const health = { healthy: next.type === 'works', message: next.type, details: {} };
      this.hear(id, next.type === 'fails' ? { type: 'failed', failure: { kind: 'threw', record } } : { type: 'worked', health });
    } else if (this.ending.delete(id)) {
      this.hear(id, { type: 'ended' });
    }
  }

  /** Lets all messages arrive and all interrupted work end. */
  settle(): void {
    for (let turn = 0; turn < 5_000; turn += 1) {
      if (this.deliver(turn)) continue;
      const [ending] = this.ending;
      if (ending === undefined) return;
      this.ending.delete(ending);
      this.hear(ending, { type: 'ended' });
    }
    throw new Error('messages go on for ever');
  }

  /** A daemon without a workflow was not stopped, and waits for another that is about to run. */
  checkNotStarted(id: string): void {
    expect(this.wishes.get(id), `${id} lost its stop`).not.toBe('stopped');
    const comes = (one: string): boolean => ['waiting', 'starting', undefined].includes(this.daemons.get(one)?.state);
    expect(earlierOf(this.row(id)).some(comes), `${id} was forgotten`).toBe(true);
  }

  isWorking = (id: string): boolean => {
    const daemon = this.daemons.get(id);
    return daemon !== undefined && isActive(daemon);
  };

  checkQuiet(): void {
    for (const { id, dependencies } of this.rows) {
      const daemon = this.daemons.get(id);
      if (daemon === undefined) {
        this.checkNotStarted(id);
        continue;
      }
      if (isActive(daemon))
        for (const one of dependencies) expect(carriesDependants(this.daemons.get(one)?.state), `${id} runs without ${one}`).toBe(true);
      if (this.wishes.get(id) === 'stopped') expect(daemon.state, `${id} lost its stop`).toBe('stopped');
      else expect(daemon.state, `${id} lost its start`).not.toBe('stopped');
    }
    const grantedAtMs = [...this.granted].map((grant) => this.sentAtMs.get(grant) as number);
    for (const atMs of grantedAtMs)
      expect(grantedAtMs.filter((one) => one > atMs - brakeWindowMs && one <= atMs).length).toBeLessThanOrEqual(brakeRestartsMax);
  }
}

it('10,000 commands and crashes, in random sequences, reach no forbidden state', () => {
  let blows = 0;
  fc.assert(
    fc.property(graph, fc.array(action, { minLength: 1, maxLength: 120, size: 'max' }), (needs, actions) => {
      const model = new Model(needs);
      for (const next of actions) {
        if (next.type === 'operator' || next.type === 'fails' || next.type === 'terminated') blows += 1;
        model.act(next);
      }
      model.settle();
      model.checkQuiet();
      // Once nothing fails any more, every daemon runs that is wished to run with all that it needs.
      for (const { id } of model.rows) model.send(id, { type: 'reset', by: 'ada', reason: 'the storm is over' });
      for (let round = 0; round < 40; round += 1) {
        model.settle();
        for (const { id } of model.rows) if (model.isWorking(id)) model.act({ type: 'works', on: Number(id.slice(1)) });
        model.act({ type: 'passes', ms: 20_000 });
      }
      model.settle();
      for (const { id } of model.rows) {
        const wanted = [id, ...needsOf(model.rows, id)].every((one) => model.wishes.get(one) !== 'stopped');
        expect(model.daemons.get(id)?.state === 'running', `${id} at the end`).toBe(wanted);
      }
    }),
    options(1_000),
  );
  expect(blows).toBeGreaterThanOrEqual(blowsMin);
});
