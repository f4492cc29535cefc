/** Returns a value as YAML on one line, with quotes only where YAML needs them: `[node, "{payload}/x.js"]`. */
export function yamlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${yamlText(key)}: ${yamlText(inner)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  const needsQuotes = /^$|^[-?:](?:\s|$)|^[,[\]{}#&*!|>'"%@`\s]|[,[\]{}"]|:\s|:$|\s#|\s$|^(?:~|null|true|false)$/i.test(value);
  return needsQuotes || /\p{Cc}/u.test(value) || isNumber(value) ? JSON.stringify(value) : value;
}

const isNumber = (text: string): boolean => /^[-+]?(?:\d|\.\d|\.inf|\.nan)/i.test(text) && /^[-+\d.eExXoOa-fA-F_]*$|inf|nan/i.test(text);
