import type { ModelView } from '../../../domain/model/model.ts';
import type { ExplainNoun } from './noun.ts';

/** Finds and explains a model by its id, or by at least eight digits of its content's sha256. */
export const model: ExplainNoun<ModelView> = {
  find: (id, { status }) => status.models.find((one) => one.id === id || (id.length >= sha256DigitsMin && one.sha256.startsWith(id))),
  explain: (found, { status }) => ({
    v: 2,
    id: found.id,
    kind: 'model',
    title: `model ${found.id}: turn ${found.turn} of pipeline ${found.pipeline}, ${Math.round(found.elo)} ± ${Math.round(found.eloError)} Elo`,
    state: found.state,
    sinceMs: found.createdAtMs,
    why: [meanings[found.state], `Content ${found.sha256 || 'none (the random player)'}; trained on ${found.trainingSet || 'nothing'}.`],
    history: status.models
      .filter((one) => one.pipeline === found.pipeline && one.id !== found.id)
      .map((one) => `turn ${one.turn}: ${one.id} ${one.state}`),
    commands: [`ringmaster explain ${found.pipeline}/${found.turn}`, `ringmaster pipeline show ${found.pipeline}`],
  }),
};

/** A prefix of a sha256 names a model if it has at least this many digits. Fewer digits could match two models by chance. */
const sha256DigitsMin = 8;

const meanings: Readonly<Record<ModelView['state'], string>> = {
  candidate: 'It is being compared with the champion.',
  champion: 'It passed the gate and plays self-play now.',
  retired: 'It was champion until a better model passed the gate.',
  rejected: 'The gate did not find it better than the champion; nothing was rolled out.',
};
