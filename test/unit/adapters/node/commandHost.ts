// A stand-in for the extension host: runs the command of its argument, so that a test can kill it.
import { pathToFileURL } from 'node:url';
import { ProcessCommandRunner } from '../../../../src/adapters/node/commandProcess';
import { SystemClock } from '../../../../src/adapters/node/systemClock';

const [command = '', guard = ''] = process.argv.slice(2);
const runner = new ProcessCommandRunner({ clock: new SystemClock(), guard: ['--import', 'tsx', guard] });
void runner.run(
  {
    command,
    cwd: pathToFileURL(process.cwd()).href,
    timeoutMs: 60_000,
    onOutput: (text) => process.stdout.write(text),
  },
  new AbortController().signal,
);
