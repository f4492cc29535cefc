import { isWhole, routeIds, routeOf } from '../../contract/routes.ts';
import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { sayOldLook } from '../../service/node/say-unheard.ts';
import { ago, bytes } from '../../service/say.ts';
import type { Noun } from '../../domain/noun.ts';
import { jobKey } from '../../domain/ids.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import { stateAndService } from '../../domain/node/wish.ts';
import { pageRowsMax } from '../limits.ts';

/**
 * Returns the front page. The page has no script and no asset, so it works in every browser and in curl. All text is escaped, because names and
 * messages come from outside.
 */
export function frontPage(status: ClusterStatus, nowMs: number): string {
  const since = (ms: number): string => ago(nowMs - ms);
  const safeUi = status.temporalUi !== undefined && /^https?:\/\//.test(status.temporalUi) ? status.temporalUi : undefined;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ringmaster: ${escapeHtml(status.cluster)}</title><meta http-equiv="refresh" content="5">
<style>body{font:14px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;margin:0 0 1.5rem}th,td{text-align:left;padding:.15rem 1rem .15rem 0;border-bottom:1px solid #ddd;vertical-align:top}h2{font-size:1rem;margin:0 0 .3rem}</style></head><body>
<h1>${escapeHtml(status.cluster)}</h1>
<p>Read ${since(status.readAtMs)} ago. ${safeUi === undefined ? '' : `<a href="${escapeHtml(safeUi)}">Temporal UI</a> · `}${links.map((path) => `<a href="${path}">${path}</a>`).join(' · ')}</p>
${status.watches
  .filter(({ ok }) => !ok)
  .map(({ detail }) => `<p><strong>Not as it should be: ${escapeHtml(detail)}.</strong></p>`)
  .join('\n')}
${Object.values(sections)
  .flatMap((tables) => tables(status, since))
  .join('\n')}
</body></html>
`;
}

const links = routeIds.filter((id) => id !== 'page' && isWhole(id)).map((id) => routeOf(id).path);

type Tables = (status: ClusterStatus, since: (ms: number) => string) => readonly string[];
const none: Tables = () => [];

/** The tables of each noun, in the order of the page. */
const sections: Readonly<Record<Noun, Tables>> = {
  node: ({ nodes }, since) => [
    table(
      'Nodes',
      ['node', 'state', 'slots', 'route', 'since', 'evidence'],
      nodes.map((one) => [one.node, one.isLookOld ? sayOldLook(one) : stateAndService(one), one.slots, one.route, since(one.sinceMs), one.evidence]),
    ),
  ],
  item: ({ queue }) => [table('Queue', Object.keys(queue), [Object.values(queue)])],
  pipeline: ({ pipelines }, since) => [
    table(
      'Pipelines',
      ['pipeline', 'turn', 'stage', 'since', 'detail', 'champion', 'Elo', 'promotions', 'games'],
      pipelines.map((one) => [
        one.name,
        one.turn,
        one.stage,
        since(one.stageSinceMs),
        one.detail,
        one.champion,
        Math.round(one.championElo),
        one.promotions,
        one.games,
      ]),
    ),
  ],
  job: ({ openJobs, recentJobs }, since) => [
    table(
      'Jobs under way',
      ['job', 'kind', 'node', 'state', 'since'],
      openJobs.map((one) => [jobKey(one), one.kind, one.node, one.state, since(one.startedAtMs)]),
    ),
    table(
      'Ended jobs',
      ['job', 'kind', 'node', 'state', 'failure'],
      recentJobs
        .slice(0, pageRowsMax)
        .map((one) => [jobKey(one), one.kind, one.node, one.state, one.failure === undefined ? '' : sentenceOf(one.failure)]),
    ),
  ],
  sync: ({ recentSyncs }) => [
    table(
      'Syncs',
      ['dataset', 'from', 'to', 'state', 'files', 'bytes', 'at'],
      recentSyncs.slice(0, pageRowsMax).map((one) => [one.dataset, one.source, one.target, one.state, one.files, bytes(one.bytes), one.timestamp]),
    ),
  ],
  process: ({ processes }, since) => [
    table(
      'Processes',
      ['process', 'state', 'pid', 'restarts', 'since'],
      processes.map((one) => [
        one.name,
        one.silentSeconds === undefined ? one.state : `no sign of life for ${one.silentSeconds} s`,
        one.pid,
        one.restarts,
        since(one.sinceMs),
      ]),
    ),
  ],
  daemon: ({ daemons }, since) => [
    table(
      'Daemons',
      ['daemon', 'state', 'since', 'because', 'next'],
      daemons.map((one) => [one.id, one.state, since(one.sinceMs), one.because, one.next]),
    ),
  ],
  turn: none,
  model: none,
  'failure-code': none,
};

const table = (title: string, heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  rows.length === 0
    ? `<h2>${title}</h2><p>none</p>`
    : `<h2>${title}</h2><table><tr>${heads.map((head) => `<th>${escapeHtml(head)}</th>`).join('')}</tr>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(String(cell))}</td>`).join('')}</tr>`)
        .join('')}</table>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);
