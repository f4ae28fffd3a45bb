import assert from 'node:assert/strict';
import { failure } from '../../../../src/core/failure';
import { cutDiff } from '../../../../src/core/tools/reading/getGitChanges';
import { createReadingTools } from '../../../../src/core/tools/reading/readingTools';
import type { ToolResult } from '../../../../src/core/tools/tool';
import {
  at,
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
  range,
} from '../../../support/inMemoryWorkspace';
import type { InMemoryEntry } from '../../../support/inMemoryFileTree';

const MATH =
  'export function divide(a: number, b: number) {\n  return a / b;\n}\n\nexport const half = divide(1, 2);\n';

function setUp(files: Record<string, InMemoryEntry> = { 'src/math.ts': MATH }) {
  const ports = {
    workspace: new InMemoryWorkspace(files),
    languages: new InMemoryLanguageServices(),
    editor: new InMemoryEditor(),
    git: new InMemoryGitChanges(),
  };
  const tools = createReadingTools(() => ports);
  const call = (name: string, input: unknown, signal = new AbortController().signal): Promise<ToolResult> => {
    const tool = tools.find((candidate) => candidate.name === name);
    assert.ok(tool, name);
    return tool.run(input, { signal, runId: 'r', agent: 'qa', callId: 'c' });
  };
  return { ...ports, tools, call };
}

describe('the reading tools', () => {
  it('are those of the contract, with its inputs', () => {
    const fields = setUp().tools.map(({ name, inputSchema }) => {
      const { properties, required = [] } = inputSchema as { properties: object; required?: string[] };
      return `${name} ${Object.keys(properties)
        .map((field) => (required.includes(field) ? field : `${field}?`))
        .join(' ')}`.trim();
    });
    assert.deepEqual(fields, [
      'read_file path startLine? endLine?',
      'list_files path? glob? limit?',
      'search_text query isRegex? include? exclude? limit?',
      'find_symbols query limit?',
      'document_outline path',
      'go_to_definition path line symbol',
      'find_references path line symbol',
      'get_diagnostics path?',
      'get_editor_context',
      'get_git_changes scope? base?',
    ]);
  });

  it('only read', () => assert.ok(setUp().tools.every(({ effect }) => effect === 'read')));
});

describe('read_file', () => {
  it('numbers the lines and names the file', async () => {
    const result = await setUp().call('read_file', { path: './src/math.ts', startLine: '2', endLine: 3 });
    assert.equal(result.text, 'src/math.ts (typescript, lines 2-3 of 5)\n2\t  return a / b;\n3\t}');
    assert.deepEqual(result.files, ['src/math.ts']);
  });

  it('says that text is unsaved, and which line ends it has', async () => {
    const { call, workspace } = setUp({ 'a.txt': 'x\r\ny\r\n', 'b.txt': 'x\r\ny\n' });
    assert.match((await call('read_file', { path: 'a.txt' })).text, /^a\.txt \(plaintext, 2 lines, CRLF line ends\)/);
    assert.match((await call('read_file', { path: 'b.txt' })).text, /mixed line ends/);
    workspace.edit('a.txt', 'new');
    assert.match((await call('read_file', { path: 'a.txt' })).text, /with unsaved changes\)\n1\tnew$/);
  });

  it('cuts what is long and says how to read on, without a gap', async () => {
    const { call } = setUp({ 'long.txt': Array.from({ length: 5000 }, (_, index) => `line ${index + 1}`).join('\n') });
    const seen: number[] = [];
    let startLine: number | undefined = 1;
    while (startLine !== undefined) {
      const result: ToolResult = await call('read_file', { path: 'long.txt', startLine });
      for (const line of result.text.matchAll(/^(\d+)\tline \1$/gm)) seen.push(Number(line[1]));
      const next = /To read on: startLine (\d+)/.exec(result.text)?.[1];
      assert.equal(result.truncated === true, next !== undefined);
      startLine = next === undefined ? undefined : Number(next);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 5000 }, (_, index) => index + 1),
    );
  });

  it('cuts endless lines', async () => {
    const { call } = setUp({ 'min.js': 'x'.repeat(3_000_000) });
    const { text } = await call('read_file', { path: 'min.js' });
    assert.ok(text.length < 3000);
    assert.match(text, /more characters in this line/);
  });

  it('explains ranges that are not there, and empty files', async () => {
    const { call } = setUp({ 'a.ts': 'one\n', 'empty.ts': '' });
    assert.match((await call('read_file', { path: 'a.ts', startLine: 9 })).text, /has 1 lines, so there is no line 9/);
    assert.equal((await call('read_file', { path: 'a.ts', startLine: 3, endLine: 2 })).reason, 'range.invalid');
    assert.equal((await call('read_file', { path: 'empty.ts' })).text, 'empty.ts is empty.');
    assert.match((await call('read_file', { path: 'b/a.ts' })).text, /Did you mean "a\.ts"/);
  });
});

describe('list_files', () => {
  it('sums up what it leaves out', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`src/f${index}.ts`, '']));
    const result = await setUp({ ...files, 'z.md': '' }).call('list_files', { limit: 2 });
    assert.match(result.text, /^31 files:\nsrc\/f0\.ts\nsrc\/f1\.ts\n\[2 of 31 files are shown\. .*src 28, \. 1/);
    assert.equal(result.truncated, true);
  });

  it('says that nothing matches, and that a folder does not exist', async () => {
    const { call } = setUp();
    assert.equal((await call('list_files', { glob: '*.py' })).text, 'No file in the workspace matches "*.py".');
    assert.equal((await call('list_files', { path: 'nope' })).reason, 'file.not_found');
    assert.equal((await call('list_files', { path: '.' })).text, '1 file:\nsrc/math.ts');
  });
});

describe('search_text', () => {
  it('groups by file, with lines around when there are few, each line once', async () => {
    const { call } = setUp();
    assert.equal(
      (await call('search_text', { query: 'divide' })).text,
      '2 matches in 1 file:\nsrc/math.ts\n  1: export function divide(a: number, b: number) {\n  2-   return a / b;\n  3- }\n  4- \n  5: export const half = divide(1, 2);',
    );
  });

  it('tries the other case when this one is nowhere, and says so', async () => {
    const { call } = setUp();
    assert.match((await call('search_text', { query: 'DIVIDE' })).text, /^2 matches in 1 file, ignoring case/);
  });

  it('hints at a regular expression that was taken literally', async () => {
    const { text } = await setUp().call('search_text', { query: 'foo|bar', include: '*.ts' });
    assert.match(text, /No match for "foo\|bar" with include "\*\.ts".*set isRegex/);
  });

  it('says that there is more', async () => {
    const { call } = setUp({ 'a.txt': 'x\n'.repeat(50) });
    const result = await call('search_text', { query: 'x', limit: 10 });
    assert.match(result.text, /^First 10 matches in 1 file:[\s\S]*There are more/);
    assert.equal(result.truncated, true);
  });

  it('passes on what is wrong with a pattern, and stops when cancelled', async () => {
    const { call } = setUp();
    assert.equal((await call('search_text', { query: 'a(', isRegex: true })).reason, 'search.invalid_pattern');
    assert.equal((await call('search_text', { query: 'a' }, AbortSignal.abort())).reason, 'cancelled');
  });
});

describe('the symbol tools', () => {
  const location = (line: number, path = 'src/math.ts') => ({
    ...at(path),
    range: range(line),
    preview: '  some line',
  });

  it('find a symbol on its line by whole words', async () => {
    const { call, languages } = setUp({ 'a.ts': 'const dividend = divide(1);\n' });
    languages.definitions.set('a.ts:0:17', [location(4)]);
    const { text } = await call('go_to_definition', { path: 'a.ts', line: 1, symbol: 'divide' });
    assert.equal(text, '1 definition of "divide":\nsrc/math.ts:5: some line');
  });

  it('take the nearest line that has the symbol, and say so', async () => {
    const { call, languages } = setUp();
    languages.usages.set('src/math.ts:4:20', [location(0), location(4)]);
    const { text } = await call('find_references', { path: 'src/math.ts', line: 4, symbol: 'Math.divide()' });
    assert.match(text, /^"divide" is not on line 4; line 5 was used\.\n2 references/);
  });

  it('say what stands on the line when the symbol is nowhere', async () => {
    const { call } = setUp();
    const result = await call('go_to_definition', { path: 'src/math.ts', line: 2, symbol: 'multiply' });
    assert.equal(result.reason, 'symbol.not_found');
    assert.match(result.text, /line 2 is "return a \/ b;"/);
    assert.match(
      (await call('go_to_definition', { path: 'src/math.ts', line: 99, symbol: 'nope' })).text,
      /has 5 lines/,
    );
  });

  it('name places outside without their text, and do not link to them', async () => {
    const { call, languages } = setUp();
    const outside = { uri: 'file:///lib/lib.d.ts', path: 'lib.d.ts', range: range(9), preview: '', isOutside: true };
    languages.definitions.set('src/math.ts:0:16', [outside]);
    const result = await call('go_to_definition', { path: 'src/math.ts', line: 1, symbol: 'divide' });
    assert.match(result.text, /lib\.d\.ts:10 \(outside the workspace\)/);
    assert.deepEqual(result.files, []);
  });

  it('show outlines as a tree, and say when there is nothing', async () => {
    const { call, languages } = setUp();
    const entry = (name: string, kind: string, from: number, to: number) => ({
      ...at('src/math.ts'),
      name,
      kind,
      range: range(from, 0, to, 1),
    });
    languages.outlines.set('src/math.ts', [
      { ...entry('Shop', 'class', 0, 8), children: [entry('sell', 'method', 2, 4)] },
    ]);
    assert.equal(
      (await call('document_outline', { path: 'src/math.ts' })).text,
      'src/math.ts, 2 symbols:\n1-9 class Shop\n  3-5 method sell',
    );
    assert.equal(
      (await call('find_symbols', { query: 'sel' })).text,
      '1 symbol like "sel":\nsrc/math.ts:3-5 method sell',
    );
    assert.match((await call('find_symbols', { query: 's', limit: 1 })).text, /^The first 1 symbol/);
    languages.outlines.clear();
    assert.match((await call('document_outline', { path: 'src/math.ts' })).text, /know no symbols.*read_file/);
  });
});

describe('get_diagnostics', () => {
  it('lists by severity, for all, a folder or a file', async () => {
    const { call, languages } = setUp({ 'src/a.ts': '', 'src2/b.ts': '' });
    const entry = (path: string, line: number, severity: 'error' | 'warning' | 'hint') => ({
      ...at(path),
      range: range(line, 4),
      severity,
      message: 'bad\n  thing',
      source: 'ts',
      code: '1',
    });
    languages.problems.push(
      entry('src/a.ts', 9, 'warning'),
      entry('src2/b.ts', 0, 'error'),
      entry('src/a.ts', 1, 'hint'),
    );
    assert.equal(
      (await call('get_diagnostics', {})).text,
      '1 error, 1 warning in the workspace:\nsrc2/b.ts:1:5 error: bad thing (ts 1)\nsrc/a.ts:10:5 warning: bad thing (ts 1)',
    );
    assert.match((await call('get_diagnostics', { path: 'src' })).text, /^1 warning, 1 hint in src:/);
    assert.match((await call('get_diagnostics', { path: 'src/a.ts' })).text, /^1 warning, 1 hint in src\/a\.ts:/);
    languages.problems.length = 0;
    assert.match((await call('get_diagnostics', { path: 'src/a.ts' })).text, /No problems are reported in src\/a\.ts/);
  });
});

describe('get_editor_context', () => {
  it('tells the editor, the selection and the tabs', async () => {
    const { call, editor } = setUp();
    assert.equal((await call('get_editor_context', {})).text, 'No editor is active.');
    editor.context = {
      active: {
        ...at('src/math.ts'),
        languageId: 'typescript',
        isDirty: true,
        cursor: { line: 1, character: 2 },
        visible: range(0, 0, 30, 0),
        selection: { range: range(0, 0, 2, 0), text: 'some\ncode\n' },
      },
      tabs: [{ ...at('src/math.ts'), isDirty: true }],
    };
    assert.equal(
      (await call('get_editor_context', null)).text,
      'Active editor: src/math.ts (typescript, with unsaved changes)\nCursor: line 2, column 3\nVisible: lines 1-30\nSelection: lines 1-2\n<selection>\nsome\ncode\n\n</selection>\nOpen tabs:\n  src/math.ts (unsaved)',
    );
  });
});

describe('get_git_changes', () => {
  const diffOf = (name: string, lines = 1) =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n${'+x\n'.repeat(lines)}`;

  it('lists files and their diff', async () => {
    const { call, git } = setUp();
    git.result = {
      files: [{ ...at('a.ts'), status: 'renamed', staged: true, from: 'b.ts' }],
      diff: diffOf('a.ts'),
      head: 'main',
    };
    const { text } = await call('get_git_changes', {});
    assert.equal(
      text,
      `1 file with uncommitted changes on main:\n  renamed a.ts (from b.ts) (staged)\n\n${diffOf('a.ts').trimEnd()}`,
    );
    await call('get_git_changes', { base: 'main' });
    assert.deepEqual(git.asked, [{ scope: 'working' }, { scope: 'branch', base: 'main' }]);
  });

  it('says why there is nothing to tell', async () => {
    const { call, git } = setUp();
    assert.equal((await call('get_git_changes', {})).reason, 'git.no_repository');
    git.result = { files: [], diff: '' };
    assert.equal((await call('get_git_changes', { scope: 'staged' })).text, 'No staged changes.');
    git.result = failure('git.no_base', 'No base.');
    assert.equal((await call('get_git_changes', { scope: 'branch' })).reason, 'git.no_base');
  });

  it('cuts a long diff between files', () => {
    const [first, second] = [diffOf('a.ts'), diffOf('b.ts', 1000)];
    assert.deepEqual(cutDiff(first + second, 500), { text: first, left: 1 });
    assert.deepEqual(cutDiff(first, 500), { text: first, left: 0 });
    assert.ok(cutDiff(second, 500).text.length <= 500);
  });
});
