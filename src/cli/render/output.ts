import { assertNever } from '../../base/assert-never.ts';
import type { Context } from '../context/context.ts';
import { yamlDocument } from './yaml.ts';

export const formats = ['table', 'wide', 'json', 'yaml'] as const;
export type Format = (typeof formats)[number];

/** Prints one value in a format. `lines` is called only for the two formats that are made for people. */
export function show(context: Context, format: Format, value: unknown, lines: (wide: boolean) => readonly string[]): void {
  switch (format) {
    case 'json':
      context.out(JSON.stringify(value, undefined, 2));
      return;
    case 'yaml':
      context.out(yamlDocument(value));
      return;
    case 'table':
    case 'wide':
      for (const line of lines(format === 'wide')) context.out(line);
      return;
    default:
      return assertNever(format, 'output format');
  }
}

/** For `--watch`, prints one value of many, as one line of NDJSON or as one YAML document. */
export function showNext(context: Context, format: Format, value: unknown, lines: (wide: boolean) => readonly string[]): void {
  if (format === 'json') context.out(JSON.stringify(value));
  else if (format === 'yaml') context.out(`---\n${yamlDocument(value)}`);
  else show(context, format, value, lines);
}
