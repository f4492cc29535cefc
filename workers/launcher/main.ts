/** `node dist/workers/launcher/main.js --state <folder>`: the launcher as a process of its own. Exit codes: `launcherExit`. */
import { fileURLToPath } from 'node:url';
import { createLog } from '../../src/telemetry/log.ts';
import { requireArguments } from '../arguments.ts';
import { launcherExit, runLauncher } from './launcher.ts';
import { errorText } from '../../src/domain/failure/error.ts';

const { state } = requireArguments(['state']);
const log = createLog('launcher');
// The mark is for those who look for us from outside; what we run for ourselves (a shell on a local node) is not one of our processes.
delete process.env['RINGMASTER_MARK'];
// It has no terminal to lose.
process.on('SIGHUP', () => {});
try {
  process.exitCode = await runLauncher({ state, workersFolder: fileURLToPath(new URL('..', import.meta.url)), log });
} catch (error) {
  log.error({ error: errorText(error) }, 'the launcher cannot start');
  process.exitCode = launcherExit.failed;
}
process.exit();
