import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { projectRoot } from '../../../scripts/vscode/projectRoot';
import { inTime } from '../../support/until';
import { Attempts } from './attempts';
import { Editor, type EditorOptions } from './editor';

const startTimeoutMs = 180_000;
const evidenceTimeoutMs = 30_000;
/** More than evidence and all steps of bringing the window back take at most. */
const careTimeoutMs = 180_000;
const resultsFolder = path.join(projectRoot, 'test-results');

/**
 * Gives the surrounding `describe` an editor that starts before its first test and ends after its last one. Each try of a
 * test that fails leaves a screenshot and the browser's console of every open window in test-results/; then the window is
 * brought back to what it was before the test, so that the next try stands on its own.
 */
export function useEditor(options: EditorOptions = {}): () => Editor {
  let editor: Editor | undefined;
  let attempts: Attempts | undefined;
  let failed = { title: '', tries: 0 };
  before(async function () {
    // The first run on a machine installs VS Code and maybe Chromium.
    this.timeout(startTimeoutMs);
    editor = await Editor.start(options);
    attempts = new Attempts(editor);
  });
  beforeEach(async function () {
    this.timeout(careTimeoutMs);
    if (this.currentTest?.fullTitle() !== failed.title) await orTell(attempts?.remember());
  });
  afterEach(async function () {
    this.timeout(careTimeoutMs);
    // A try that another one follows has no state yet.
    if (!editor || !this.currentTest || this.currentTest.state === 'passed' || this.currentTest.isPending()) return;
    const title = this.currentTest.fullTitle();
    failed = { title, tries: failed.title === title ? failed.tries + 1 : 1 };
    await orTell(inTime(keepEvidence(editor, failed), 'a picture is taken', evidenceTimeoutMs));
    await orTell(attempts?.recover());
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

/** A hook that fails would take all further tests with it. */
async function orTell(care: Promise<void> | undefined): Promise<void> {
  try {
    await care;
  } catch (error) {
    console.error(error);
  }
}

async function keepEvidence(editor: Editor, { title, tries }: { title: string; tries: number }): Promise<void> {
  await mkdir(resultsFolder, { recursive: true });
  const name = title.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
  for (const [index, window] of editor.windows.entries()) {
    const base = path.join(resultsFolder, `${name}-try${String(tries)}-${String(index + 1)}`);
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
