/** deploy/prometheus/ringmaster.rules.yml, made from the table of alert rules. */
import { ruleNames, ruleOf, runbookOf } from '../../domain/alert/rules.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const ruleLines = ruleNames.flatMap((name) => {
  const { prometheus, forMs, severity } = ruleOf(name);
  if (prometheus === undefined) return [];
  return [
    `      - alert: ${name}`,
    `        expr: ${quoted(prometheus.expr)}`,
    ...(forMs === 0 ? [] : [`        for: ${forMs / 1_000}s`]),
    '        labels:',
    `          severity: ${severity}`,
    '        annotations:',
    `          summary: ${quoted(prometheus.summary)}`,
    `          runbook: ${quoted(runbookOf(name))}`,
  ];
});

/** Returns the rule file. */
export const prometheusRules = (): string =>
  [
    '# Alert rules of Ringmaster for Prometheus, over the metrics of docs/metrics.md. docs/alerts.md says what to do about each.',
    '# This file is made from src/domain/alert/rules.ts: node dist/src/http/openapi/write-documents.js docs',
    'groups:',
    '  - name: ringmaster',
    '    rules:',
    ...ruleLines,
    '',
  ].join('\n');
