// Runs inside the extension host: hands the compiled tests that the runner names to mocha.
import { pathToFileURL } from 'node:url';
import type MochaClass from 'mocha';
import type { HostRequest } from './hostRequest';

/** VS Code calls this and takes a rejection as a failed run. */
export async function run(): Promise<void> {
  const request = JSON.parse(process.env['AGENT_TEAM_TEST_REQUEST'] ?? '') as HostRequest;
  process.setSourceMapsEnabled(true);
  // The reporter extends a class of mocha's: both must come from one copy of mocha.
  const { default: Mocha } = await importFile<{ default: typeof MochaClass }>(request.mocha);
  const { default: reporter } = await importFile<{ default: MochaClass.ReporterConstructor }>(request.reporter);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 20_000,
    slow: 2_000,
    color: false,
    forbidOnly: request.forbidsOnly,
    reporter,
    ...(request.grep === undefined ? {} : { grep: request.grep }),
  });
  for (const file of request.files) mocha.addFile(file);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed in the extension host`);
}

async function importFile<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(file).href)) as Module;
}
