import type { LineFault } from './mend-syntax.ts';

const encodings = [
  { mark: [0xff, 0xfe], name: 'utf-16le', shown: 'UTF-16' },
  { mark: [0xfe, 0xff], name: 'utf-16be', shown: 'UTF-16' },
] as const;

/** Returns the text of a file, with a fault where its bytes are no UTF-8. The rest of the text can still be checked. */
export function decodeText(bytes: Buffer): { readonly text: string; readonly faults: readonly LineFault[] } {
  const other = encodings.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (other !== undefined)
    return { text: unified(new TextDecoder(other.name).decode(bytes)), faults: [fault(1, `the file is ${other.shown}`, 'saving it as UTF-8')] };
  const text = bytes.toString('utf8');
  const faults: LineFault[] = [];
  const nul = bytes.indexOf(0);
  if (nul >= 0) faults.push(fault(lineAt(bytes, nul), 'the file has a NUL byte, so it is no text', 'a text file in UTF-8'));
  else if (!isUtf8(bytes)) {
    const line = text.split(/\r\n|\r|\n/).findIndex((one) => one.includes('\uFFFD')) + 1;
    faults.push(fault(line, 'has bytes that are not UTF-8', 'saving the file as UTF-8 (iconv -f latin1 -t utf8)'));
  }
  return { text: unified(nul >= 0 ? text.replaceAll('\0', '\uFFFD') : text), faults };
}

/** Windows and old Macs end lines in another way. YAML knows these ends, and the parser of the library knows only two of the three. */
const unified = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');

const fault = (line: number, what: string, hint: string): LineFault => ({ path: [], isAside: true, line, what, hint });

const lineAt = (bytes: Buffer, offset: number): number => bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
