import { plainText } from '../../../domain/failure/stderr.ts';
import { loginLimits, quoteLimits } from '../../limits.ts';

/** Returns the first lines of what a login printed, in one line without control characters. Returns an empty text when it printed nothing. */
export const quoteNoise = (printed: string, charsMax: number = quoteLimits.charsMax): string =>
  printed
    .split(/[\r\n]+/)
    .map((line) => plainText(line).replaceAll('\uFFFD', '').trim())
    .filter((line) => line !== '')
    .slice(0, quoteLimits.linesMax)
    .join('; ')
    .slice(0, charsMax);

/** Returns the note that a probe carries about a login that prints, or undefined when it printed nothing. */
export const noteOfNoise = (printed: string): string | undefined => quoteNoise(printed, loginLimits.noiseCharsMax) || undefined;
