/**
 * `node dist/workers/launcher/main.js --state <folder>` runs the launcher as a process of its own. `launcherExit` lists its exit codes. The launcher starts
 * the other processes from the folder of its own program: a bundled launcher starts bundled processes.
 */
import { dirname } from 'node:path';
import { errorText } from '../../src/domain/failure/error.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { logOf, openLogs } from '../../src/telemetry/log.ts';
import { requireArguments } from '../arguments.ts';
import { runLauncher } from './launcher.ts';
import { launcherExit } from './launcher-status.ts';

const [, program = ''] = process.argv;
const { state } = requireArguments(['state']);
keepRunningWithoutLogs();
openLogs(state, 'launcher');
const log = logOf('launcher');
// The launcher has no state that an unexpected error could have spoilt, and its end would leave every child unwatched. So it says what happened, and goes on.
process.on('uncaughtException', (error) => log.error({ err: error }, 'an unexpected error; the launcher goes on'));
process.on('unhandledRejection', (error) => log.error({ error: errorText(error) }, 'an unexpected error; the launcher goes on'));
// Other processes find the launcher by its mark. A program that the launcher runs for itself (a shell on a local node) must not inherit the mark.
delete process.env['RINGMASTER_MARK'];
// SIGHUP says that a terminal was closed. The launcher has no terminal, so it ignores the signal.
process.on('SIGHUP', () => {});
try {
  process.exitCode = await runLauncher({ state, workersFolder: dirname(dirname(program)), log });
} catch (error) {
  log.error({ error: errorText(error) }, 'the launcher cannot start');
  process.exitCode = launcherExit.failed;
}
process.exit();
