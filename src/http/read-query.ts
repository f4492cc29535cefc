import { meantNumber } from '../base/meant/meant-number.ts';
import { meantTruth } from '../base/meant/meant-truth.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { QueryParameter, Route } from '../contract/routes.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { shownValueCharsMax } from './limits.ts';

type Value = string | number | boolean | undefined;

/**
 * Returns the valid query of a request, with the defaults of its route. A parameter that the route does not have is ignored. Throws
 * `http.bad-request` when the route does not allow a value, or when a parameter is given twice.
 */
export const readQuery = ({ query = {} }: Route, given: Readonly<Record<string, unknown>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(query).map(([name, parameter]) => [name, readValue(name, parameter, given[name])]));

function readValue(name: string, parameter: QueryParameter, given: unknown): Value {
  if (Array.isArray(given)) throw badQuery(name, given.join('&'), `${name} is given ${given.length} times`, 'one of them');
  const text = typeof given === 'string' ? given : undefined;
  switch (parameter.type) {
    case 'text':
      return text;
    case 'flag':
      if (text === undefined || text === 'false') return false;
      if (text === 'true' || text === '') return true;
      throw badQuery(name, text, `${name} is true or false`, `${name}=${meantTruth(text) ?? true}`);
    case 'choice':
      if (text === undefined) return parameter.default;
      if (parameter.values.includes(text)) return text;
      throw badQuery(name, text, `${name}s are ${parameter.values.join(', ')}`, nearestName(text, parameter.values) ?? 'one of those');
    case 'whole': {
      const { min, max } = parameter;
      if (text === undefined) return parameter.default;
      if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
      const meant = meantNumber(text);
      const near = meant === undefined ? 'one of those' : `${name}=${Math.min(max, Math.max(min, Math.round(meant)))}`;
      throw badQuery(name, text, `${name} is a whole number from ${min} to ${max}`, near);
    }
  }
}

const badQuery = (name: string, value: string, because: string, say: string): RingmasterError =>
  new RingmasterError('http.bad-request', { cannot: `use ${name}=${value.slice(0, shownValueCharsMax)}`, because, hint: { say } });
