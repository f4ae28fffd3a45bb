// Long use of a real window, in short: what its extension host takes after the first half, and after a reload and a second half.
import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sizeOf, type Vitals } from '../../support/soak';
import { Editor } from './editor';
import type { Window } from './window';

export interface SoakWindowOptions {
  /** Half of them before the reload, half after it. */
  cycles: number;
  sampleEvery: number;
  onSample?: (vitals: Vitals) => void;
}

/** Each cycle is an edit, a question, a review and a goal, all offline. */
export async function soakWindow({ cycles, sampleEvery, onSample }: SoakWindowOptions): Promise<Vitals[]> {
  const settings = { 'agentTeam.provider': 'offline', 'agentTeam.retention.maxRuns': 20, 'comments.openView': 'never' };
  const editor = await Editor.start({ settings });
  try {
    const window = await editor.window();
    await window.openFile('src/orders.ts');
    const samples: Vitals[] = [];
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      await live(window, { workspace: editor.workspace, cycle });
      if (cycle % sampleEvery === 0) {
        const vitals = await measure(editor, { window, cycle });
        samples.push(vitals);
        onSample?.(vitals);
      }
      if (cycle === Math.floor(cycles / 2)) await window.reload();
    }
    return samples;
  } finally {
    await editor.stop();
  }
}

async function live({ host }: Window, { workspace, cycle }: { workspace: string; cycle: number }): Promise<void> {
  const file = path.join(workspace, 'src', 'orders.ts');
  const text = (await readFile(file, 'utf8')).replace(/^\/\/ Version \d+\.\n/, '');
  await writeFile(file, `// Version ${String(cycle)}.\n${text}`);
  await host.activate('agent-team.agent-team');
  const ends = [
    await host.team('ask', 'is src/orders.ts safe?', { agent: 'qa' }),
    await host.team('review', { uri: pathToFileURL(file).href }),
    await host.team('goal', 'review src/orders.ts and describe it'),
  ];
  const bad = ends.find(({ status }) => status !== 'completed');
  if (bad) throw new Error(`A run ended as ${bad.status}: ${bad.error ?? ''}`);
}

async function measure(editor: Editor, { window, cycle }: { window: Window; cycle: number }): Promise<Vitals> {
  const vitals = await window.host.vitals();
  const { bytes, files } = await sizeOf(editor.storageFolder);
  return { ...vitals, cycle, simulatedHours: 0, storageBytes: bytes, files, runs: 0 };
}
