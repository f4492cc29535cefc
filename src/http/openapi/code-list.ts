/** Returns the names as code of Markdown, in one line. */
export const codeList = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
