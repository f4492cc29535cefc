/**
 * The verbs that change the cluster file: `config set`, `config unset` and `config rollback`. A changed text is checked like any cluster file, and its
 * changes are shown. Only then the file is written and the cluster takes it, as `up` does. When the cluster refuses it, the file gets its old text back.
 */
import { realpathSync } from 'node:fs';
import { type Edit, setValue, unsetValue } from '../../config/edit-yaml.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import { newsLines, newsSummary } from '../../service/launcher/news-lines.ts';
import { faultText } from '../../config/fault/fault.ts';
import { keptConfig } from '../../config/kept-configs.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { errorText } from '../../domain/failure/error.ts';
import type { Context, Found } from '../context/context.ts';
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
  /** False to write the file and take it later. */
  readonly apply: boolean;
}

export async function changeConfig(context: Context, change: Change, { output, plan, apply }: ChangeOptions): Promise<ExitCode> {
  const found = findCluster(context);
  refuseCopy(found);
  const { state, running } = found;
  const old = textOf(running.source);
  const file = realpathSync(running.source);
  const text = newText(found, old, change);
  const { config, faults } = await inspectText(context, text, file, running.source);
  if (config === undefined || faults.length > 0) {
    show(context, output, { v: 1, file, faults, ...newsSummary(undefined) }, () => [...faults.map(faultText), `${running.source} is as it was.`]);
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
  show(context, output, { v: 1, file, faults: [], ...newsSummary(news) }, () => lines);
  if (plan === true || news === undefined || news.changes.length === 0) return exitCode('ok');
  replaceText(file, old, text);
  const life = await context.launcher.launcherLife({ state });
  if (!apply || life === 'stopped') {
    context.say(`The file is changed. ${life === 'stopped' ? 'The cluster does not run; the next `ringmaster up`' : '`ringmaster apply`'} takes it.`);
    return exitCode('ok');
  }
  try {
    await context.launcher.up({ file: running.source, say: context.say, signal: new AbortController().signal, areChangesShown: true });
  } catch (error) {
    if (readRunningCluster(state)?.configEpoch === running.configEpoch) context.say(takenBack(running.source, file, old, text));
    throw error;
  }
  context.say(
    `Configuration ${readRunningCluster(state)?.configEpoch} holds. \`ringmaster config rollback ${running.configEpoch}\` takes the change back.`,
  );
  return exitCode('ok');
}

/** Writes the old text back, and returns what became of the file. */
function takenBack(shown: string, file: string, old: string, text: string): string {
  try {
    replaceText(file, text, old);
    return `${shown} is as it was.`;
  } catch (error) {
    return `${shown} keeps the change, which the cluster has not taken (${errorText(error)}).`;
  }
}

function newText({ state, running }: Found, old: string, change: Change): string {
  if (change.verb === 'rollback') {
    const kept = requireKept(state, change.epoch, 'roll back to');
    const refuse = (because: string, say: string): VerbFailure => new VerbFailure('usage', { cannot: said(change), because, hint: { say } });
    if (kept.source !== running.source)
      throw refuse(
        `it was the file ${kept.source}, and its paths may lead elsewhere from ${running.source}`,
        '`ringmaster config show` and an editor',
      );
    if (keptConfig(state, running.configEpoch)?.text !== old)
      throw refuse(
        `${running.source} has changes that the cluster has not taken, and they would be lost`,
        '`ringmaster apply` first, which keeps them as a configuration',
      );
    return kept.text;
  }
  const edit: Edit = change.verb === 'set' ? setValue(old, change.key, change.value) : unsetValue(old, change.key);
  if ('text' in edit) return edit.text;
  throw new VerbFailure('usage', { cannot: said(change), because: edit.because, hint: { say: edit.hint } });
}

const said = (change: Change): string => (change.verb === 'rollback' ? `roll back to configuration ${change.epoch}` : `${change.verb} ${change.key}`);

/** Replaces the text of the file in one step. The file keeps its rights and its owner. Refuses a file that has another text than `old` by now. */
function replaceText(file: string, old: string, text: string): void {
  if (textOf(file) !== old)
    throw new VerbFailure('usage', {
      cannot: `write ${file}`,
      because: 'it was changed meanwhile',
      hint: { say: 'the same command again; nothing has changed' },
    });
  try {
    replaceFile(file, text, { sync: true, keepRights: true });
  } catch (error) {
    throw new VerbFailure('failure', {
      cannot: `write ${file}`,
      because: errorText(error),
      hint: { say: 'a folder that can be written to; the file is as it was' },
    });
  }
}
