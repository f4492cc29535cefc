/** This module runs in the thread that `tidy-duty.ts` starts. */
import type { RetentionConfig } from '../../src/domain/cluster/retention.ts';
import { tidyHome, type TidyResult } from '../../src/storage/retention/tidy-home.ts';

export interface TidyTask {
  readonly state: string;
  readonly retention: RetentionConfig;
}

export const runTidy = async ({ state, retention }: TidyTask): Promise<TidyResult> => tidyHome(state, retention, Date.now());
