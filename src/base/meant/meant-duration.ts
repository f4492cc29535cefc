import { meantNumber } from './meant-number.ts';
import { plain } from './plain.ts';

/**
 * The beginnings of the words for units of time, without accents, in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian,
 * Chinese and Japanese. The first row with a matching beginning decides, so a longer beginning stands before a shorter one of another unit.
 */
const unitWords: readonly (readonly [ms: number, pattern: RegExp])[] = [
  [1, /^(ms|msec|msecs|milli\p{L}*|миллис\p{L}*|мс|毫秒|ミリ秒)$/u],
  [60_000, /^(m|mn|min|mins|minu\p{L}*|мин\p{L}*|м|分|分钟|分鐘|分間|['′])$/u],
  [1_000, /^(s|sec|secs|sek\p{L}*|seco\p{L}*|segu\p{L}*|сек\p{L}*|с|秒|秒钟|秒間|["″])$/u],
  [3_600_000, /^(h|hr|hrs|hour|hours|std|stunde\p{L}*|heure\p{L}*|hora\p{L}*|ora|ore|uur|uren|u|godz\p{L}*|час\p{L}*|ч|小时|小時|時間|时)$/u],
  [86_400_000, /^(d|day|days|tag|tage|tagen|jour\p{L}*|j|dia|dias|giorn\p{L}*|dag|dagen|dzien|dni|день|дн\p{L}*|д|天|日|日間)$/u],
  [604_800_000, /^(w|wk|week|weeks|weken|woche\p{L}*|semaine\p{L}*|semana\p{L}*|settiman\p{L}*|tydzien|tygodni\p{L}*|недел\p{L}*|周|週間)$/u],
];

/** The words for numbers, without accents. */
const numberRows: readonly (readonly [value: number, words: string])[] = [
  [0.5, 'half'],
  [1, 'a an one ein eine einer un une una'],
  [2, 'two zwei deux'],
  [3, 'three drei trois'],
  [4, 'four vier'],
  [5, 'five funf cinq'],
  [6, 'six sechs'],
  [7, 'seven sieben'],
  [8, 'eight acht'],
  [9, 'nine neun'],
  [10, 'ten zehn dix'],
  [12, 'twelve zwolf'],
  [15, 'fifteen'],
  [20, 'twenty zwanzig'],
  [30, 'thirty dreissig'],
  [40, 'forty'],
  [50, 'fifty'],
  [60, 'sixty'],
  [90, 'ninety'],
];
const numberWords = new Map(numberRows.flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)));

/** Returns the milliseconds of `1:30` (minutes and seconds) and `00:05:00`. */
function ofClock(text: string): number | undefined {
  const [, hours = '0', minutes, seconds] = /^(?:(\d+):(?=\d\d:))?(\d+):([0-5]\d)$/.exec(text) ?? [];
  return minutes === undefined ? undefined : (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** Returns the milliseconds that a person most likely meant, or undefined: `5 minutes`, `1h30m`, `PT5M`, `1,5 Stunden`, `half an hour`, `five minutes`, `1:30`. */
export function meantDuration(text: string): number | undefined {
  let rest = plain(text)
    .replace(/^half an? /, 'half ')
    .replace(/^pt?(?=[\d.,]+[a-z])/, '')
    .replace(/(\d[a-z])t(?=\d)/, '$1 ');
  const clock = ofClock(rest);
  if (clock !== undefined) return clock;
  let total = 0;
  let parts = 0;
  while (rest !== '') {
    const part =
      /^(?:and |und |et |y |e |en |i |и |[+&] ?)?(\d{1,3}(?:[ _,']\d{3})+|[\d_]+(?:[.,]\d+)?|[.,]\d+|\p{L}+(?= ))[ -]?(\p{L}+|["'′″])[.,]?(?: |(?=\d)|$)/u.exec(
        rest,
      );
    const amount = part?.[1] === undefined ? undefined : (numberWords.get(part[1]) ?? meantNumber(part[1]));
    const unit = unitWords.find(([, pattern]) => pattern.test(part?.[2] ?? ''))?.[0];
    if (part === null || amount === undefined || unit === undefined) return undefined;
    total += amount * unit;
    parts += 1;
    rest = rest.slice(part[0].length);
  }
  return parts === 0 ? undefined : Math.round(total);
}
