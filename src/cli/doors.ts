/** The launcher's side lives in `workers/launcher`; the interface stands in `src/service`, so that both sides are checked against it. */
export type { Doors, RunningCluster } from '../service/launcher/launcher-commands.ts';
