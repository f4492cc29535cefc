import type { Fault } from '../fault/fault.ts';
import { stageItemsMax } from '../../domain/limits.ts';
import { eloMax } from '../schema/pipeline-entry.ts';
import { type ClusterFileCheck, present } from './checked-file.ts';

/** The numbers of a pipeline's games and gate must fit together. */
export const impossibleNumbers: ClusterFileCheck = (file) =>
  present(file.pipelines).flatMap(({ entry: { games, gate }, index }) => {
    const faults: Fault[] = [];
    if (games.perTurn / games.perItem > stageItemsMax) {
      const least = Math.ceil(games.perTurn / stageItemsMax);
      faults.push({
        path: ['pipelines', index, 'games', 'perItem'],
        also: [['pipelines', index, 'games', 'perTurn']],
        what: `${games.perItem} makes more than ${stageItemsMax} items of ${games.perTurn} games a turn, and one workflow watches them all`,
        hint: String(least),
        code: 'limits.setting-too-large',
      });
    }
    if (gate.pairsMax / gate.pairsPerItem > stageItemsMax) {
      const least = Math.ceil(gate.pairsMax / stageItemsMax);
      faults.push({
        path: ['pipelines', index, 'gate', 'pairsPerItem'],
        also: [['pipelines', index, 'gate', 'pairsMax']],
        what: `${gate.pairsPerItem} makes more than ${stageItemsMax} items of ${gate.pairsMax} pairs, and one workflow watches them all`,
        hint: String(least),
        code: 'limits.setting-too-large',
      });
    }
    if (games.perItem > games.perTurn) {
      faults.push({
        path: ['pipelines', index, 'games', 'perItem'],
        also: [['pipelines', index, 'games', 'perTurn']],
        what: `${games.perItem} is more than perTurn (${games.perTurn})`,
        hint: String(games.perTurn),
      });
    }
    if (gate.elo1 <= gate.elo0) {
      faults.push({
        path: ['pipelines', index, 'gate', 'elo1'],
        also: [['pipelines', index, 'gate', 'elo0']],
        what: `${gate.elo1} is not above elo0 (${gate.elo0})`,
        hint: gate.elo0 < eloMax ? `${Math.min(gate.elo0 + 50, eloMax)}` : `${eloMax} and elo0: ${eloMax - 50}`,
      });
    }
    if (gate.alpha + gate.beta >= 1) {
      faults.push({
        path: ['pipelines', index, 'gate', 'alpha'],
        also: [['pipelines', index, 'gate', 'beta']],
        what: `alpha + beta is ${gate.alpha + gate.beta}, so the test decides nothing`,
        hint: '0.05 for both',
      });
    }
    if (gate.pairsPerItem > gate.pairsMax) {
      faults.push({
        path: ['pipelines', index, 'gate', 'pairsPerItem'],
        also: [['pipelines', index, 'gate', 'pairsMax']],
        what: `${gate.pairsPerItem} is more than pairsMax (${gate.pairsMax})`,
        hint: String(gate.pairsMax),
      });
    }
    if (gate.openings !== undefined && gate.openings < gate.pairsMax) {
      faults.push({
        path: ['pipelines', index, 'gate', 'openings'],
        also: [['pipelines', index, 'gate', 'pairsMax']],
        what: `${gate.openings} openings are fewer than pairsMax (${gate.pairsMax}), so a match would run out of openings`,
        hint: `pairsMax: ${gate.openings}, or more openings in the payload`,
      });
    }
    return faults;
  });
