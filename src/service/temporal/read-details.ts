/** What a workflow says of itself (Temporal's current details), taken apart again: a heading and rows. Written by `workflows/isolate/details.ts`. */
export interface WorkflowStory {
  readonly heading: string;
  readonly rows: Readonly<Record<string, string>>;
}

export function readDetails(markdown: string): WorkflowStory | undefined {
  const [first = '', ...lines] = markdown.split('\n');
  const heading = /^\*\*(.+)\*\*$/.exec(first)?.[1];
  if (heading === undefined) return undefined;
  const rows = lines.flatMap((line) => {
    const [, name, value] = /^- ([^:]+): \*\*(.*)\*\*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.replaceAll(/\\([*_`\\])/g, '$1')] as const];
  });
  return { heading, rows: Object.fromEntries(rows) };
}
