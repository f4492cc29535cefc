/**
 * `sync/<dataset>/<target>`: transfer to a temporary name → verify → swap → record. The signal `again` during a run makes the sync run once more, so
 * that a request never gets data older than itself. Several `again` signals during one run still cause only one more run.
 */
import { setHandler, workflowInfo } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { replicaName } from '../../src/domain/dataset/names.ts';
import { gateway, ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { againSignal } from '../isolate/signals.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { syncRunsMax } from '../isolate/limits.ts';

export async function sync(input: SyncRequest): Promise<TransferResult> {
  const { dataset, source, target, version } = input;
  const name = replicaName(dataset, source);
  let again = true;
  setHandler(againSignal, () => void (again = true), { description: 'Run once more after this run' });
  let result: TransferResult | undefined;
  for (let run = 1; again && run <= syncRunsMax; run += 1) {
    again = false;
    const key = `${workflowInfo().runId}/${run}`;
    setDetails(`${source} → ${target}: transferring`, { dataset: name, run });
    const startedAtMs = Date.now();
    try {
      result = await gateway.transfer({ dataset, source, target });
      const { digest, files, bytes, durationMs, method } = result;
      await ledger.recordSync({ key, dataset: name, source, target, digest, files, bytes, durationMs, method, ...given({ version }) });
      setDetails(`${source} → ${target}: ${result.changed ? 'swapped in' : 'nothing new'}`, {
        dataset: name,
        files,
        bytes,
        digest,
      });
    } catch (error) {
      const failure = failureOf(error);
      await ledger.recordSync({
        key,
        dataset: name,
        source,
        target,
        digest: '',
        files: 0,
        bytes: 0,
        durationMs: Date.now() - startedAtMs,
        method: 'none',
        failure,
      });
      setAttributes({ LifecycleState: 'failed', FailureCode: failure.code });
      throw failWith(failure);
    }
  }
  setAttributes({ LifecycleState: 'completed' });
  if (result === undefined) throw new Error('unreachable: the first run always sets the result');
  return result;
}
