import { authorFaults } from '../author-faults.ts';
import { pauseSecondsMax } from '../limits.ts';
import { type PipelineWishRequest, steeringVerbs } from './wish.ts';

/** Returns one sentence for each fault of a request, which a person may have written by hand. Returns an empty list for a good request. */
export function pipelineWishFaults(request: { readonly [Field in keyof PipelineWishRequest]: unknown }): readonly string[] {
  const { pipeline, verb, reason, by, now, forSeconds } = request;
  const isSeconds = typeof forSeconds === 'number' && forSeconds >= 1 && forSeconds <= pauseSecondsMax;
  return [
    ...(typeof pipeline === 'string' && pipeline !== '' ? [] : ['pipeline must be the name of a pipeline']),
    ...(typeof verb === 'string' && Object.hasOwn(steeringVerbs, verb) ? [] : [`verb must be one of ${Object.keys(steeringVerbs).join(', ')}`]),
    ...authorFaults({ reason, by }),
    ...(now === undefined || typeof now === 'boolean' ? [] : ['now must be true or false']),
    ...(forSeconds === undefined || (isSeconds && verb === 'pause')
      ? []
      : [`forSeconds must be a number from 1 to ${pauseSecondsMax}, and only pause has it`]),
  ];
}
