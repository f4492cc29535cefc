/**
 * Returns JSON values as YAML 1.2 in block style. `-o yaml` needs no more than this, and a YAML library would take 22 ms to load. A string that could
 * be read as another value is quoted as JSON.
 */
export function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((one) => `${indent}-${onDashLine(toYaml(one, `${indent}  `), indent.length + 3)}`).join('')}`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    if (entries.length === 0) return ' {}\n';
    return `\n${entries.map(([key, one]) => `${indent}${scalar(key)}:${toYaml(one, `${indent}  `)}`).join('')}`;
  }
  return ` ${scalar(value)}\n`;
}

export const yamlDocument = (value: unknown): string => toYaml(value).replace(/^\s/, '').replace(/\n$/, '');

/** Returns the lines of a list. A value starts on the line of its dash. */
const onDashLine = (text: string, at: number): string => (text.startsWith('\n') ? ` ${text.slice(at)}` : text);

const plain = /^[A-Za-z_/][A-Za-z0-9_./ -]*$/;
const words = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n', '~']);

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return plain.test(value) && !words.has(value.toLowerCase()) && !value.endsWith(' ') ? value : JSON.stringify(value);
}
