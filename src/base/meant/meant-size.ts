import { meantNumber } from './meant-number.ts';
import { plain } from './plain.ts';

/** The beginnings of units of size. `MB` and `Mo` mean `MiB` here: a limit of this kind is never meant to the byte. */
const units: readonly (readonly [bytes: number, pattern: RegExp])[] = [
  [1, /^(|b|bytes?|o|octets?)$/],
  [1024, /^(k|ki|kb|kib|ko|kio|kilo(byte|octet)s?|kibibytes?|кб)$/],
  [1024 ** 2, /^(m|mi|mb|mib|mo|mio|mega(byte|octet)s?|mebibytes?|meg|megs|мб)$/],
  [1024 ** 3, /^(g|gi|gb|gib|go|gio|giga(byte|octet)s?|gibibytes?|gig|gigs|гб)$/],
  [1024 ** 4, /^(t|ti|tb|tib|to|tio|tera(byte|octet)s?|tebibytes?|тб)$/],
];

/** Returns the bytes that a person most likely meant, or undefined: `64 MB`, `1,5 GiB`, `512k`, `65536`. */
export function meantSize(text: string): number | undefined {
  const match = /^([\d.,_' ]*\d)\s*(\p{L}*)$/u.exec(plain(text));
  const amount = match?.[1] === undefined ? undefined : meantNumber(match[1]);
  const unit = units.find(([, pattern]) => pattern.test(match?.[2] ?? ''))?.[0];
  return amount === undefined || unit === undefined ? undefined : Math.round(amount * unit);
}
