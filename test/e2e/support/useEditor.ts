import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { projectRoot } from '../../../scripts/vscode/projectRoot';
import { Editor, type EditorOptions } from './editor';

const startTimeoutMs = 180_000;
const resultsFolder = path.join(projectRoot, 'test-results');

/**
 * Gives the surrounding `describe` an editor that starts before its first test and ends after its last one. A test that
 * fails leaves a screenshot and the browser's console of every open window in test-results/.
 */
export function useEditor(options: EditorOptions = {}): () => Editor {
  let editor: Editor | undefined;
  before(async function () {
    // The first run on a machine installs VS Code and maybe Chromium.
    this.timeout(startTimeoutMs);
    editor = await Editor.start(options);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && editor) await keepEvidence(editor, this.currentTest.fullTitle());
  });
  after(async () => {
    await editor?.stop();
    editor = undefined;
  });
  return () => {
    if (!editor) throw new Error('Internal error: the editor exists only while tests run');
    return editor;
  };
}

async function keepEvidence(editor: Editor, title: string): Promise<void> {
  await mkdir(resultsFolder, { recursive: true });
  const name = title.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
  for (const [index, window] of editor.windows.entries()) {
    const base = path.join(resultsFolder, `${name}-${String(index + 1)}`);
    await window.page.screenshot({ path: `${base}.png` });
    await writeFile(
      `${base}.log`,
      window
        .console()
        .map(({ type, text, url }) => `${type}: ${text} (${url})`)
        .join('\n'),
    );
    console.error(`      see ${path.relative(projectRoot, base)}.png`);
  }
}
