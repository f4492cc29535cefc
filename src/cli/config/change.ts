/**
 * The verbs that change the cluster file: `config set`, `config unset` and `config rollback`. A changed text is checked like any cluster file, and its
 * changes are shown. Only then the file is written and the cluster takes it, as `up` does. When the cluster refuses it, the file gets its old text back.
 */
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Edit, setValue, unsetValue } from '../../config/edit-yaml.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import type { ConfigNews } from '../../service/launcher/config-news.ts';
import { newsLines } from '../../service/launcher/news-lines.ts';
import { faultText } from '../../config/fault/fault.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { refuseCopy } from '../context/refuse-copy.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';
import { inspectText, textOf } from '../verb/check.ts';
import { requireKept } from './kept.ts';

export type Change =
  | { readonly verb: 'set'; readonly key: string; readonly value: string }
  | { readonly verb: 'unset'; readonly key: string }
  | { readonly verb: 'rollback'; readonly epoch: number };

export interface ChangeOptions {
  readonly output: Format;
  /** Only show what would change. */
  readonly plan?: true | undefined;
}

export async function changeConfig(context: Context, change: Change, { output, plan }: ChangeOptions): Promise<ExitCode> {
  const found = findCluster(context);
  refuseCopy(found);
  const { state, running } = found;
  const file = realpathSync(running.source);
  const old = textOf(file);
  const text = newText(state, old, change);
  const { config, faults } = await inspectText(context, text, file, running.source);
  if (config === undefined || faults.length > 0) {
    show(context, output, { v: 1, file, faults, changes: [], restarts: [] }, () => [...faults.map(faultText), `${running.source} is as it was.`]);
    return exitCode('usage');
  }
  if (config.state !== state)
    throw new VerbFailure('usage', {
      cannot: said(change),
      because: 'the state folder of a cluster cannot be changed',
      hint: { say: 'a cluster file of its own' },
    });
  const news = await context.launcher.news({ config, source: running.source });
  const lines = news === undefined || news.changes.length === 0 ? ['The configuration does not change.'] : newsLines(news);
  show(context, output, { v: 1, file, faults: [], ...summary(news) }, () => lines);
  if (plan === true || news === undefined || news.changes.length === 0) return exitCode('ok');
  write(file, text);
  if ((await context.launcher.launcherLife({ state })) !== 'runs') {
    context.say('The file is changed. The cluster does not run; the next `ringmaster up` takes it.');
    return exitCode('ok');
  }
  try {
    await context.launcher.up({ file: running.source, say: context.say, signal: new AbortController().signal, areChangesShown: true });
  } catch (error) {
    if (readRunningCluster(state)?.configEpoch === running.configEpoch) {
      write(file, old);
      context.say(`${running.source} is as it was.`);
    }
    throw error;
  }
  context.say(
    `Configuration ${readRunningCluster(state)?.configEpoch} holds. \`ringmaster config rollback ${running.configEpoch}\` takes the change back.`,
  );
  return exitCode('ok');
}

const summary = (news: ConfigNews | undefined) => ({ changes: news?.changes ?? [], restarts: news?.restarts ?? [], workers: news?.workers ?? [] });

function newText(state: string, old: string, change: Change): string {
  if (change.verb === 'rollback') return requireKept(state, change.epoch, 'roll back to').text;
  const edit: Edit = change.verb === 'set' ? setValue(old, change.key, change.value) : unsetValue(old, change.key);
  if ('text' in edit) return edit.text;
  throw new VerbFailure('usage', { cannot: said(change), because: edit.because, hint: { say: edit.hint } });
}

const said = (change: Change): string => (change.verb === 'rollback' ? `roll back to configuration ${change.epoch}` : `${change.verb} ${change.key}`);

/** Replaces the file in one step, with the rights that it has. */
function write(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    chmodSync(temporary, statSync(file).mode & 0o777);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new VerbFailure('failure', {
      cannot: `write ${file}`,
      because: (error as Error).message,
      hint: { say: 'a folder that can be written to; nothing has changed' },
    });
  }
}
