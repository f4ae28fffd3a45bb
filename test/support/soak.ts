// Long use in short: questions, reviews, goals, edits and reloads of a team without VS Code, with its real storage on a folder and hours that
// pass by a clock. What it takes of the machine is measured now and then.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ChatModel, ChatRequest, StreamPart } from '../../src/core/model/chatModel';
import { openHeadlessTeam, type HeadlessTeam } from './headlessTeam';
import { InMemoryEditor, InMemoryGitChanges, InMemoryLanguageServices, InMemoryWorkspace } from './inMemoryWorkspace';
import { JumpingClock } from './jumpingClock';
import { FakeTool } from './teamFixture';

/** What the process and its folder take at one moment, after a full garbage collection. */
export interface Vitals {
  cycle: number;
  simulatedHours: number;
  heapBytes: number;
  /** Timers, sockets, files and watchers that keep the process alive. */
  handles: number;
  /** Processes that were started and still run. */
  processes: number;
  storageBytes: number;
  files: number;
  runs: number;
}

export interface SoakOptions {
  folder: string;
  cycles: number;
  sampleEvery: number;
  minutesPerCycle: number;
  /** The window is closed and opened again after so many cycles. */
  reloadEvery: number;
  maxRuns: number;
  onSample?: (vitals: Vitals) => void;
}

const FILE = 'src/math.ts';
const line = (version: number) => `export const divide = (a: number, b: number) => a / b; // version ${version}\n`;

/** Each cycle is an edit, a question with a tool call, a review with a finding, a goal of four tasks, and a fact that is remembered. */
export async function soakTeam(options: SoakOptions): Promise<Vitals[]> {
  const clock = new JumpingClock();
  const workspace = new InMemoryWorkspace({ [FILE]: line(0) });
  const ports = {
    ...{ workspace, languages: new InMemoryLanguageServices() },
    ...{ git: new InMemoryGitChanges(), editor: new InMemoryEditor() },
  };
  const open = () =>
    openHeadlessTeam({
      folder: options.folder,
      clock,
      model: () => new BusyModel(),
      tools: [new FakeTool('read_file', { run: () => ({ text: 'x'.repeat(2_000) }) })],
      retention: { maxRuns: options.maxRuns, maxMegabytes: 256 },
      reviewPorts: ports,
    });
  let team = await open();
  const samples: Vitals[] = [];
  for (let cycle = 1; cycle <= options.cycles; cycle += 1) {
    workspace.write(FILE, line(cycle));
    await live(team, { uri: workspace.uriOf(FILE), cycle });
    clock.jump(options.minutesPerCycle * 60_000);
    await turn();
    if (cycle % options.sampleEvery === 0) {
      // A round may be on its way: the next one sees all.
      await team.tidy();
      await team.tidy();
      const hours = (cycle * options.minutesPerCycle) / 60;
      const vitals = await measure(options.folder, { cycle, hours, runs: team.api.runs.list().length });
      samples.push(vitals);
      options.onSample?.(vitals);
    }
    if (cycle % options.reloadEvery === 0) {
      await team.close();
      team = await open();
    }
  }
  await team.close();
  if (team.problems.length > 0) throw new Error('Something went wrong meanwhile.', { cause: team.problems[0] });
  return samples;
}

async function live({ api }: HeadlessTeam, { uri, cycle }: { uri: string; cycle: number }): Promise<void> {
  const handles = [
    api.ask(`is version ${cycle} safe?`, { agent: 'qa' }),
    api.review({ uri }),
    api.goal(`improve ${cycle}`),
  ];
  for (const { result } of handles) {
    const { status, error } = await result;
    if (status !== 'completed') throw new Error(`A run ended as ${status}: ${error?.message ?? ''}`);
  }
  await api.memory.set(`fact-${cycle % 4}`, `version ${cycle}`);
}

/** What this process takes now, and what the folder holds. */
async function measure(
  folder: string,
  { cycle, hours, runs }: { cycle: number; hours: number; runs: number },
): Promise<Vitals> {
  collectGarbage();
  await turn();
  collectGarbage();
  const { bytes, files } = await sizeOf(folder);
  const { handles, processes } = await lasting();
  return {
    ...{ cycle, simulatedHours: hours, runs, files, handles, processes },
    heapBytes: process.memoryUsage().heapUsed,
    storageBytes: bytes,
  };
}

/** What stays: the least of some looks, since reads of files and timers that are soon due come and go. */
async function lasting(): Promise<{ handles: number; processes: number }> {
  let handles = Number.POSITIVE_INFINITY;
  let processes = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < 5; looks += 1) {
    const active = process.getActiveResourcesInfo().filter((kind) => !/Req|Immediate/.test(kind));
    handles = Math.min(handles, active.length);
    processes = Math.min(processes, active.filter((kind) => kind === 'ProcessWrap').length);
    await wait(50);
  }
  return { handles, processes };
}

/** A full garbage collection, with or without `--expose-gc`. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Bytes and files below a folder. */
export async function sizeOf(folder: string): Promise<{ bytes: number; files: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(join(entry.parentPath, entry.name)).catch(() => undefined)),
  );
  return { bytes: sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0), files: sizes.length };
}

/** Plans, hands findings in, calls a tool once in each task, and answers. */
class BusyModel implements ChatModel {
  readonly id = { provider: 'openai', endpoint: 'openai', model: 'busy' } as const;
  readonly acceptsImages = false;
  readonly isLanguageModel = true;
  private calls = 0;

  async *stream({ tools, messages }: ChatRequest): AsyncIterable<StreamPart> {
    await turn();
    const has = (name: string) => tools.some((tool) => tool.name === name);
    const isFirst = messages.at(-1)?.role === 'user';
    const call = (name: string, input: Record<string, unknown>): StreamPart => {
      this.calls += 1;
      return { type: 'toolCall', call: { id: `call_${this.calls}`, name, arguments: input } };
    };
    if (has('submit_plan')) yield call('submit_plan', { tasks: PLAN });
    else if (has('report_findings') && isFirst) yield call('report_findings', { findings: [FINDING] });
    else if (has('read_file') && isFirst) yield call('read_file', { path: FILE });
    else yield { type: 'text', text: 'Looked at it: '.repeat(20) };
    yield { type: 'usage', usage: { inputTokens: 100, outputTokens: 20 } };
    yield { type: 'finish', reason: 'stop' };
  }
}

const PLAN = ['researcher', 'dev', 'qa', 'writer'].map((agent, index) => ({
  ...{ id: `t${index}`, agent, description: `do part ${index}` },
  dependencies: index === 0 ? [] : [`t${index - 1}`],
}));

const FINDING = {
  ...{ path: FILE, startLine: 1, endLine: 1, severity: 'major', category: 'bug', confidence: 0.9 },
  ...{ title: 'No guard for 0', why: 'b may be 0.', evidence: 'a / b' },
};

/** The heap may go up and down by so much between two samples of the same moment of a life. */
const HEAP_SLACK = 0.1;
const STORAGE_SLACK = 0.15;

/**
 * What grew between the middle and the end; nothing where all stayed flat. Caches are full by the middle; storage may grow up to the
 * bound that the logs of windows have, where a run is too short to fill them.
 */
export function growth(samples: readonly Vitals[], boundBytes = 0): string[] {
  const last = samples.at(-1);
  const middle = samples[Math.floor((samples.length - 1) / 2)];
  if (!last || !middle) return ['nothing was measured'];
  const compare = (name: 'heapBytes' | 'storageBytes' | 'handles' | 'processes' | 'files' | 'runs', slack: number) =>
    last[name] > middle[name] * (1 + slack) ? [`${name} from ${middle[name]} to ${last[name]}`] : [];
  return [
    ...compare('heapBytes', HEAP_SLACK),
    ...compare('handles', 0),
    ...compare('processes', 0),
    ...(last.storageBytes > boundBytes ? compare('storageBytes', STORAGE_SLACK) : []),
    ...(last.storageBytes > boundBytes ? compare('files', STORAGE_SLACK) : []),
    ...compare('runs', 0),
  ];
}
