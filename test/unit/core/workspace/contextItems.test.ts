import assert from 'node:assert/strict';
import { MAX_CONTEXT_LENGTH, resolveContext, type ContextReference } from '../../../../src/core/workspace/contextItems';
import { inTime } from '../../../../src/core/workspace/inTime';
import { MAX_PICTURE_LENGTH, workspacePicture } from '../../../../src/core/workspace/workspacePicture';
import type { ContextItem } from '../../../../src/api';
import {
  at,
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
  range,
} from '../../../support/inMemoryWorkspace';
import type { InMemoryEntry } from '../../../support/inMemoryFileTree';

const never = () => new AbortController().signal;
const MATH = 'export function divide(a: number, b: number) {\n  return a / b;\n}\n';

function setUp(files: Record<string, InMemoryEntry> = { 'src/math.ts': MATH }) {
  const ports = {
    workspace: new InMemoryWorkspace(files),
    languages: new InMemoryLanguageServices(),
    editor: new InMemoryEditor(),
    git: new InMemoryGitChanges(),
  };
  const divide = { ...at('src/math.ts'), name: 'divide', kind: 'function', range: range(0, 0, 2, 1) };
  ports.languages.outlines.set('src/math.ts', [divide]);
  const resolve = (items: ContextItem[], references: ContextReference[] = []) =>
    resolveContext(ports, { items, references }, never());
  return { ...ports, ports, resolve };
}

describe('resolveContext', () => {
  it('gives a file one name, its path, where the label is only its name', async () => {
    const { resolve } = setUp();
    const { text } = await resolve([{ uri: 'file:///ws/src/math.ts', range: range(1, 9, 1, 14), label: 'math.ts:2' }]);
    assert.equal(text.split('\n')[0], '## src/math.ts (typescript), lines 2-2');
  });

  it('shows a selection with its lines, the symbols around it and its problems', async () => {
    const { resolve, languages } = setUp();
    languages.problems.push({ ...at('src/math.ts'), range: range(1, 2), severity: 'warning', message: 'may be zero' });
    languages.problems.push({ ...at('src/math.ts'), range: range(0, 2), severity: 'warning', message: 'elsewhere' });
    const { text } = await resolve([
      { uri: 'file:///ws/src/math.ts', range: range(1, 9, 1, 14), text: 'a / b', label: 'selection' },
    ]);
    assert.equal(
      text,
      [
        '## src/math.ts (typescript), lines 2-2 (selection)',
        'Inside: function divide (1-3)',
        'Problems:',
        '  line 2 warning: may be zero',
        'Selected exactly:',
        'a / b',
        'In these lines:',
        '2\t  return a / b;',
        '',
      ].join('\n'),
    );
  });

  it('shows whole files with their symbols, unsaved text first, and folders as a list', async () => {
    const { resolve, workspace } = setUp();
    workspace.edit('src/math.ts', 'typed\n');
    const { text } = await resolve([{ uri: 'file:///ws/src/math.ts' }], [{ kind: 'file', path: 'src' }]);
    assert.match(text, /## src\/math\.ts \(plaintext, unsaved\)\nSymbols: function divide \(1-3\)\n1\ttyped/);
    assert.match(text, /## src\/ \(folder\)\nsrc\/math\.ts/);
  });

  it('resolves each kind of reference', async () => {
    const { resolve, languages, editor, git } = setUp();
    languages.problems.push({ ...at('src/math.ts'), range: range(1, 2), severity: 'error', message: 'broken' });
    git.result = { files: [{ ...at('src/math.ts'), status: 'modified', staged: false }], diff: '+added\n' };
    editor.context = {
      active: { ...at('src/math.ts'), languageId: 'typescript', isDirty: false, cursor: { line: 0, character: 0 } },
      tabs: [],
    };
    const { text, places } = await resolve(
      [],
      [
        { kind: 'file', path: 'src/math.ts', startLine: 2, endLine: 2 },
        { kind: 'symbol', name: 'divide' },
        { kind: 'selection' },
        { kind: 'problems' },
        { kind: 'changes' },
      ],
    );
    assert.deepEqual(text.match(/^## .*$/gm), [
      '## src/math.ts (typescript), lines 2-2',
      '## function divide: src/math.ts (typescript)',
      '## src/math.ts (typescript) (the active file; nothing is selected)',
      '## Problems',
      '## Changes not committed',
    ]);
    assert.deepEqual(places, [
      { uri: 'src/math.ts', range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } } },
      { uri: at('src/math.ts').uri, range: range(0, 0, 2, 1) },
      { uri: at('src/math.ts').uri },
    ]);
    assert.match(text, /src\/math\.ts:2 error: broken/);
    assert.match(text, /modified src\/math\.ts\n\n\+added/);
  });

  it('passes images through and attaches the same thing once', async () => {
    const { resolve } = setUp();
    const image = { mimeType: 'image/png', base64: 'AAAA' };
    const { text, images } = await resolve([
      { image },
      { text: 'note', label: 'Note' },
      { text: 'note', label: 'Note' },
    ]);
    assert.deepEqual(images, [{ type: 'image', ...image }]);
    assert.equal(text, '## Note\nnote\n');
  });

  it('says what could not be attached, and why', async () => {
    const { text } = await setUp().resolve(
      [{ uri: 'file:///etc/passwd' }],
      [{ kind: 'file', path: 'math.ts' }, { kind: 'symbol', name: 'nope' }, { kind: 'selection' }, { kind: 'changes' }],
    );
    assert.match(text, /## passwd\nCould not be attached: .*outside the workspace/);
    assert.match(text, /## math\.ts\nCould not be attached: .*Did you mean "src\/math\.ts"/);
    assert.match(text, /## nope\nCould not be attached/);
    assert.match(text, /## Selection\nNo editor is open/);
    assert.match(text, /not in a git repository/);
  });

  it('keeps the text that the person sent of a file outside', async () => {
    const { text } = await setUp().resolve([{ uri: 'file:///elsewhere/x.ts', range: range(0, 0, 1, 0), text: 'mine' }]);
    assert.equal(text, '## x.ts\nmine\n');
  });

  it('stays within its bound and says what is left out', async () => {
    const items = Array.from({ length: 10 }, (_, index) => ({
      label: `Part ${index}`,
      text: `${index}`.repeat(30_000),
    }));
    const { text } = await setUp().resolve(items);
    assert.ok(text.length < MAX_CONTEXT_LENGTH + 200);
    assert.match(text, /Cut here: 6000 more characters/);
    assert.match(text, /8 more attached parts are left out/);
  });
});

describe('workspacePicture', () => {
  it('tells folders, languages, the open file, problems and git', async () => {
    const { ports, editor, languages, git } = setUp({
      'src/a.ts': '',
      'src/b.ts': '',
      'x.py': '',
      'package.json': '{}',
    });
    editor.context = {
      active: {
        ...at('src/a.ts'),
        languageId: 'typescript',
        isDirty: true,
        cursor: { line: 0, character: 0 },
        selection: { range: range(0, 0, 4, 1), text: 'x' },
      },
      tabs: [],
    };
    languages.problems.push({ ...at('src/a.ts'), range: range(0), severity: 'error', message: 'x' });
    const summary = () => Promise.resolve({ head: 'main', changedFiles: 3 });
    assert.equal(
      await workspacePicture({ ...ports, git: Object.assign(git, { summary }) }, never()),
      [
        'Folders: ws (4 files)',
        'Top level: src/ (2), package.json, x.py',
        'Languages: typescript 2, python 1',
        'Open: src/a.ts (typescript, unsaved, lines 1-5 selected)',
        'Problems: 1 errors, 0 warnings',
        'Git: branch main, 3 changed files',
      ].join('\n'),
    );
  });

  it('stays short for a workspace with endless names', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`${'long'.repeat(20)}${index}/a.ts`, '']),
    );
    assert.ok((await workspacePicture(setUp(files).ports, never())).length <= MAX_PICTURE_LENGTH);
  });

  it('says that no folder is open', async () => {
    const ports = { ...setUp().ports, workspace: new InMemoryWorkspace({}, { folders: [] }) };
    assert.match(await workspacePicture(ports, never()), /^No folder is open\./);
  });
});

describe('inTime', () => {
  it('gives the fallback for what fails or is cancelled, and the value otherwise', async () => {
    const limits = { timeoutMs: 60_000, signal: never() };
    assert.equal(await inTime(() => Promise.resolve('value'), 'fallback', limits), 'value');
    assert.equal(await inTime(() => Promise.reject(new Error('x')), 'fallback', limits), 'fallback');
    const cancelled = { ...limits, signal: AbortSignal.abort() };
    assert.equal(await inTime(() => Promise.resolve('value'), 'fallback', cancelled), 'fallback');
  });

  it('does not wait for work that ignores its signal', async () => {
    const stop = new AbortController();
    const given = inTime(() => new Promise<string>(() => {}), 'fallback', { timeoutMs: 60_000, signal: stop.signal });
    stop.abort();
    assert.equal(await given, 'fallback');
  });
});
