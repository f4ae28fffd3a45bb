// `npm run soak`: eight simulated hours of reviews, goals, questions, edits and reloads, and what they leave behind; then some minutes of the
// same in a real window. Prints memory, handles, processes and storage now and then, and whether they stay flat. `--team` or `--window` does one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { soakWindow } from '../test/e2e/support/soakWindow';
import { growth, soakTeam, type Vitals } from '../test/support/soak';
import { npmScript } from './vscode/npmScript';
import { projectRoot } from './vscode/projectRoot';
import { runCommand } from './vscode/runCommand';

const HOURS = 8;
const MINUTES_PER_CYCLE = 1;
const RELOAD_EVERY = 20;
/** Twenty runs, and the logs of a window and of the two before it, which are not full after an hour. */
const WINDOW_BOUND_BYTES = 12_000_000;

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`.padStart(9);

function print({ cycle, simulatedHours, heapBytes, handles, processes, storageBytes, files, runs }: Vitals): void {
  const when = simulatedHours === 0 ? `cycle ${cycle}` : `${simulatedHours.toFixed(1)} h`;
  const storage = `${megabytes(storageBytes)} in ${files} files`;
  console.log(
    `${when.padStart(9)}  heap ${megabytes(heapBytes)}  handles ${handles}  processes ${processes}  storage ${storage}  runs ${runs}`,
  );
}

function judge(what: string, samples: readonly Vitals[], boundBytes = 0): boolean {
  const grown = growth(samples, boundBytes);
  for (const reason of grown) console.log(`  grows: ${reason}`);
  console.log(`${what}: ${grown.length === 0 ? 'flat' : 'NOT flat'}\n`);
  return grown.length === 0;
}

async function team(): Promise<boolean> {
  const cycles = (HOURS * 60) / MINUTES_PER_CYCLE;
  console.log(`A team without a window: ${cycles} cycles of a minute each, a reload every ${RELOAD_EVERY}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'agent-team-soak-'));
  try {
    const options = { minutesPerCycle: MINUTES_PER_CYCLE, reloadEvery: RELOAD_EVERY, maxRuns: 60, onSample: print };
    return judge('The team', await soakTeam({ ...options, folder, cycles, sampleEvery: 40 }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function window(): Promise<boolean> {
  const { program, args } = npmScript('compile');
  const { exitCode } = await runCommand(program, args, { cwd: projectRoot, timeoutMs: 5 * 60_000, echo: true });
  if (exitCode !== 0) return false;
  console.log('A real window: cycles of an edit, a question, a review and a goal, with a reload between its halves');
  const samples = await soakWindow({ cycles: 60, sampleEvery: 10, onSample: print });
  return judge('The window', samples, WINDOW_BOUND_BYTES);
}

async function main(asked: readonly string[]): Promise<number> {
  const isAsked = (name: string) => asked.length === 0 || asked.includes(name);
  const flat: boolean[] = [];
  if (isAsked('--team')) flat.push(await team());
  if (isAsked('--window')) flat.push(await window());
  return flat.every(Boolean) ? 0 : 1;
}

void main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
