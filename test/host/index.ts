// Runs inside the extension host: hands the compiled tests that the runner names to mocha.
import { once } from 'node:events';
import { connect } from 'node:net';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type MochaClass from 'mocha';
import type { HostRequest } from './hostRequest';
import { attemptHooks } from './support/attempts';

/** VS Code calls this and takes a rejection as a failed run. */
export async function run(): Promise<void> {
  const request = JSON.parse(process.env['AGENT_TEAM_TEST_REQUEST'] ?? '') as HostRequest;
  process.setSourceMapsEnabled(true);
  // The reporter extends a class of mocha's: both must come from one copy of mocha.
  const { default: Mocha } = await importFile<{ default: typeof MochaClass }>(request.mocha);
  const { default: reporter } = await importFile<{ default: MochaClass.ReporterConstructor }>(request.reporter);
  const output = connect(request.outputPort, '127.0.0.1');
  await once(output, 'connect');
  (Mocha.reporters.Base as unknown as PrintingBase).consoleLog = (...values) => output.write(`${format(...values)}\n`);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    slow: 2_000,
    // A real window on a busy machine may miss a deadline once; what fails twice is a fault.
    retries: 1,
    color: false,
    forbidOnly: request.forbidsOnly,
    reporter,
    ...(request.grep === undefined ? {} : { grep: request.grep }),
  });
  mocha.rootHooks(attemptHooks());
  for (const file of request.files) mocha.addFile(file);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  await new Promise<void>((resolve) => output.end(resolve));
  if (failures > 0) throw new Error(`${failures} failed in the extension host`);
}

// Missing in mocha's types: what every built-in reporter prints with.
interface PrintingBase {
  consoleLog(...values: unknown[]): void;
}

async function importFile<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(file).href)) as Module;
}
