import { pauseSecondsMax, wishTextCharsMax } from '../limits.ts';
import { type PipelineWishRequest, steeringVerbs } from './wish.ts';

/** Returns one sentence for each fault of a request, which a person may have written by hand. Returns an empty list for a good request. */
export function pipelineWishFaults(request: { readonly [Field in keyof PipelineWishRequest]: unknown }): readonly string[] {
  const { pipeline, verb, reason, by, now, forSeconds } = request;
  const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= wishTextCharsMax;
  const isSeconds = typeof forSeconds === 'number' && forSeconds >= 1 && forSeconds <= pauseSecondsMax;
  return [
    ...(typeof pipeline === 'string' && pipeline !== '' ? [] : ['pipeline must be the name of a pipeline']),
    ...(typeof verb === 'string' && Object.hasOwn(steeringVerbs, verb) ? [] : [`verb must be one of ${Object.keys(steeringVerbs).join(', ')}`]),
    ...(isText(reason) ? [] : [`reason must be a text of at most ${wishTextCharsMax} characters`]),
    ...(isText(by) ? [] : [`by must be a text of at most ${wishTextCharsMax} characters`]),
    ...(now === undefined || typeof now === 'boolean' ? [] : ['now must be true or false']),
    ...(forSeconds === undefined || (isSeconds && verb === 'pause')
      ? []
      : [`forSeconds must be a number from 1 to ${pauseSecondsMax}, and only pause has it`]),
  ];
}
