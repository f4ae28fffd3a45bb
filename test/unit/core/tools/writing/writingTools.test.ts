import assert from 'node:assert/strict';
import { OverlayWorkspace } from '../../../../../src/core/changes/overlayWorkspace';
import type { ToolContext, ToolResult } from '../../../../../src/core/tools/tool';
import { createReadingTools } from '../../../../../src/core/tools/reading/readingTools';
import { createWritingTools } from '../../../../../src/core/tools/writing/writingTools';
import { ChangesFixture } from '../../../../support/inMemoryChanges';
import { InMemoryEditor, InMemoryGitChanges, InMemoryLanguageServices } from '../../../../support/inMemoryWorkspace';

const ports = {
  languages: new InMemoryLanguageServices(),
  editor: new InMemoryEditor(),
  git: new InMemoryGitChanges(),
};

class ToolsFixture extends ChangesFixture {
  readonly context: ToolContext = {
    runId: 'run',
    agent: 'dev',
    callId: 'call',
    signal: new AbortController().signal,
  };

  async call(name: string, input: unknown): Promise<ToolResult> {
    const portsOf = ({ runId }: { runId: string }) => ({
      ...ports,
      workspace: new OverlayWorkspace(this.workspace, (signal) => this.sets.views({ runId }, signal)),
    });
    const tools = [...createWritingTools({ portsOf, changes: this.sets }), ...createReadingTools(portsOf)];
    const tool = tools.find((candidate) => candidate.name === name);
    assert.ok(tool);
    const parsed = tool.parse(input);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
    this.intents = (await tool.intents?.(parsed.value, this.context)) ?? [];
    return tool.run(parsed.value, this.context);
  }

  intents: unknown[] = [];
}

const SOURCE = 'function add(a, b) {\n  return a - b;\n}\n';

describe('writing tools', () => {
  describe('edit_file', () => {
    it('proposes an edit and shows the lines as they are now', async () => {
      const fixture = new ToolsFixture({ 'src/math.js': SOURCE });
      const result = await fixture.call('edit_file', {
        path: 'src/math.js',
        edits: [{ oldText: 'a - b', newText: 'a + b' }],
      });
      assert.equal(
        result.text,
        'Proposed, not yet on disk: the person decides about it. Your tools see it already; language services and editors do not.\n\n' +
          'Changed src/math.js (+1 -1)\n1\tfunction add(a, b) {\n2\t  return a + b;\n3\t}',
      );
      assert.deepEqual(result.files, ['src/math.js']);
      assert.deepEqual(fixture.intents, [
        { kind: 'write', path: 'src/math.js', uri: 'file:///ws/src/math.js', action: 'modify' },
      ]);
      assert.equal(await fixture.text('src/math.js'), SOURCE);
    });

    it('sees its own edits in the next call, and so do the reading tools', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE });
      await fixture.call('edit_file', { path: 'a.js', edits: [{ oldText: 'a - b', newText: 'a + b' }] });
      await fixture.call('edit_file', { path: 'a.js', edits: [{ oldText: 'a + b', newText: 'sum(a, b)' }] });
      assert.match((await fixture.call('read_file', { path: 'a.js' })).text, /return sum\(a, b\);/);
      assert.match((await fixture.call('search_text', { query: 'sum(' })).text, /a\.js/);
      assert.doesNotMatch((await fixture.call('search_text', { query: 'a - b' })).text, /a\.js/);
    });

    it('edits the text that an editor holds unsaved', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE });
      fixture.workspace.edit('a.js', `// unsaved\n${SOURCE}`);
      await fixture.call('edit_file', { path: 'a.js', edits: [{ oldText: 'a - b', newText: 'a + b' }] });
      assert.equal(await fixture.seen('a.js'), `// unsaved\n${SOURCE.replace('-', '+')}`);
    });

    it('takes replacements literally', async () => {
      const fixture = new ToolsFixture({ 'a.txt': 'x\n' });
      await fixture.call('edit_file', { path: 'a.txt', edits: [{ oldText: 'x', newText: "$& $1 $` $' <<<<<<< \\n" }] });
      assert.equal(await fixture.seen('a.txt'), "$& $1 $` $' <<<<<<< \\n\n");
    });

    it('keeps CRLF and a missing last newline', async () => {
      const fixture = new ToolsFixture({ 'a.txt': 'one\r\ntwo\r\nthree' });
      await fixture.call('edit_file', {
        path: 'a.txt',
        edits: [{ oldText: 'two\nthree', newText: 'two\n2.5\nthree' }],
      });
      assert.equal(await fixture.seen('a.txt'), 'one\r\ntwo\r\n2.5\r\nthree');
    });

    it('says when it matched with other white space', async () => {
      const fixture = new ToolsFixture({ 'a.txt': '    if (a) {\n        b();\n    }\n' });
      const result = await fixture.call('edit_file', {
        path: 'a.txt',
        edits: [{ oldText: 'if (a) {\n    b();\n}', newText: 'if (c) {\n    b();\n}' }],
      });
      assert.match(result.text, /only with other white space/);
      assert.equal(await fixture.seen('a.txt'), '    if (c) {\n        b();\n    }\n');
    });

    for (const [name, edits, reason] of [
      ['a text that is not there', [{ oldText: 'nowhere at all', newText: '' }], 'edit.not_found'],
      ['a text that is there twice', [{ oldText: 'x', newText: 'y' }], 'edit.ambiguous'],
      [
        'edits that overlap',
        [
          { oldText: 'one two', newText: '1' },
          { oldText: 'two three', newText: '2' },
        ],
        'edit.overlap',
      ],
      ['an edit that changes nothing', [{ oldText: 'one', newText: 'one' }], 'edit.no_change'],
      [
        'one bad edit among good ones',
        [
          { oldText: 'one', newText: '1' },
          { oldText: 'zebra crossing', newText: '' },
        ],
        'edit.not_found',
      ],
    ] as const) {
      it(`refuses ${name}, and changes nothing`, async () => {
        const fixture = new ToolsFixture({ 'a.txt': 'one two three\nx\nx\n' });
        const result = await fixture.call('edit_file', { path: 'a.txt', edits });
        assert.equal(result.reason, reason);
        assert.match(result.text, /^a\.txt: /);
        assert.deepEqual(fixture.sets.list(), []);
      });
    }

    it('refuses what is outside, missing, binary, huge or a folder', async () => {
      const fixture = new ToolsFixture({ 'dir/a.txt': 'a', 'huge.txt': 'x'.repeat(6_000_000) });
      fixture.workspace.write('b.bin', Uint8Array.from([120, 0, 1]));
      fixture.workspace.write('link', { link: 'file:///elsewhere' });
      fixture.workspace.fileTree.put('file:///elsewhere/secret.txt', 'x');
      fixture.workspace.fileTree.put('file:///ws-evil/secret.txt', 'x');
      for (const [path, reason] of [
        ['../ws-evil/secret.txt', 'path.outside'],
        ['/ws-evil/secret.txt', 'path.outside'],
        ['link/secret.txt', 'path.outside'],
        ['missing.txt', 'file.not_found'],
        ['b.bin', 'file.binary'],
        ['huge.txt', 'file.too_large'],
        ['dir', 'file.is_directory'],
      ] as const) {
        const result = await fixture.call('edit_file', { path, edits: [{ oldText: 'x', newText: 'y' }] });
        assert.equal(result.reason, reason, path);
      }
      assert.deepEqual(fixture.sets.list(), []);
    });

    it('edits the cells of a notebook, and says what can not be done with one', async () => {
      const outputs = [{ output_type: 'stream', text: ['1\n'] }];
      const cells = [{ cell_type: 'code', source: ['x = 1\n', 'x'], outputs }];
      const fixture = new ToolsFixture({ 'n.ipynb': JSON.stringify({ cells, metadata: {} }) });
      const edit = (oldText: string, newText: string) =>
        fixture.call('edit_file', { path: 'n.ipynb', edits: [{ oldText, newText }] });
      assert.match((await edit('x = 1', 'x = 2')).text, /Changed n\.ipynb \(\+1 -1\)/);
      assert.match((await fixture.call('read_file', { path: 'n.ipynb' })).text, /\tx = 2\n3\tx\n4\t# > 1$/);
      for (const [oldText, newText, reason] of [
        ['# > 1', '# > 2', 'edit.notebook_outputs'],
        ['# %% cell 1 [python]', '# %% cell 1 [markdown]', 'edit.notebook_cells'],
        ['# > 1', '# > 1\n\n# %% cell 2 [python]\ny', 'edit.notebook_cells'],
      ] as const) {
        assert.equal((await edit(oldText, newText)).reason, reason);
      }
      assert.equal((await fixture.call('delete_file', { path: 'n.ipynb' })).reason, 'edit.notebook');
    });

    it('plans anew when somebody else changed the file in between', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE });
      const propose = fixture.sets.propose.bind(fixture.sets);
      let calls = 0;
      fixture.sets.propose = (who, changes) => {
        calls += 1;
        if (calls === 1) fixture.workspace.write('a.js', `// new\n${SOURCE}`);
        return propose(who, changes);
      };
      const result = await fixture.call('edit_file', { path: 'a.js', edits: [{ oldText: 'a - b', newText: 'a + b' }] });
      assert.equal(result.isError, undefined);
      assert.equal(calls, 2);
      assert.equal(await fixture.seen('a.js'), `// new\n${SOURCE.replace('-', '+')}`);
    });
  });

  describe('create_file, delete_file, rename_file', () => {
    it('never write over something', async () => {
      const fixture = new ToolsFixture({ 'a.txt': 'a\n', 'dir/b.txt': 'b\n' });
      for (const [tool, input] of [
        ['create_file', { path: 'a.txt', content: 'x' }],
        ['create_file', { path: 'dir', content: 'x' }],
        ['rename_file', { from: 'a.txt', to: 'dir/b.txt' }],
        ['rename_file', { from: 'a.txt', to: 'dir' }],
      ] as const) {
        assert.equal((await fixture.call(tool, input)).reason, 'file.exists', JSON.stringify(input));
      }
    });

    it('work on files that are only proposed', async () => {
      const fixture = new ToolsFixture({});
      assert.match(
        (await fixture.call('create_file', { path: 'new/a.txt', content: 'a\n' })).text,
        /Created new\/a\.txt \(\+1 -0\)/,
      );
      assert.equal((await fixture.call('create_file', { path: 'new/a.txt', content: 'a\n' })).reason, 'file.exists');
      assert.match((await fixture.call('list_files', {})).text, /new\/a\.txt/);
      await fixture.call('rename_file', { from: 'new/a.txt', to: 'new/b.txt' });
      await fixture.call('edit_file', { path: 'new/b.txt', edits: [{ oldText: 'a', newText: 'b' }] });
      assert.equal((await fixture.call('read_file', { path: 'new/a.txt' })).reason, 'file.not_found');
      assert.deepEqual(
        fixture.sets.list().map(({ path, kind }) => [path, kind]),
        [['new/b.txt', 'create']],
      );
      await fixture.call('delete_file', { path: 'new/b.txt' });
      assert.deepEqual(fixture.sets.list(), []);
    });

    it('resolve links above a new file, and never leave the workspace', async () => {
      const fixture = new ToolsFixture({ 'real/a.txt': 'a' });
      fixture.workspace.write('inside', { link: 'file:///ws/real' });
      fixture.workspace.write('out', { link: 'file:///elsewhere' });
      fixture.workspace.write('nowhere', { link: 'file:///ws/missing' });
      fixture.workspace.fileTree.put('file:///elsewhere/x', 'x');
      await fixture.call('create_file', { path: 'inside/b.txt', content: 'b' });
      assert.deepEqual(fixture.intents, [
        { kind: 'write', path: 'real/b.txt', uri: 'file:///ws/real/b.txt', action: 'create' },
      ]);
      assert.equal(fixture.sets.list()[0]?.path, 'real/b.txt');
      assert.match((await fixture.call('read_file', { path: 'inside/b.txt' })).text, /1\tb/);
      assert.equal((await fixture.call('create_file', { path: 'out/b.txt', content: 'b' })).reason, 'path.outside');
      assert.equal((await fixture.call('create_file', { path: '../b.txt', content: 'b' })).reason, 'path.outside');
      assert.equal((await fixture.call('create_file', { path: 'a\0b', content: 'b' })).reason, 'path.invalid');
      const dangling = await fixture.call('create_file', { path: 'nowhere/b.txt', content: 'b' });
      assert.equal(dangling.isError, true);
      assert.equal(
        (await fixture.call('create_file', { path: 'real/a.txt/b.txt', content: 'b' })).reason,
        'path.invalid',
      );
    });
  });

  describe('apply_patch', () => {
    const patch = [
      '*** Begin Patch',
      '*** Update File: a.js',
      '*** Move to: b.js',
      '@@',
      '-  return a - b;',
      '+  return a + b;',
      '*** Add File: c.txt',
      '+new',
      '*** Delete File: d.txt',
      '*** End Patch',
    ].join('\n');

    it('changes several files at once', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE, 'd.txt': 'd\n' });
      const result = await fixture.call('apply_patch', { patch });
      assert.equal(result.isError, undefined, result.text);
      assert.deepEqual(
        fixture.sets.list().map(({ path, kind, from }) => [path, kind, from]),
        [
          ['b.js', 'rename', 'a.js'],
          ['c.txt', 'create', undefined],
          ['d.txt', 'delete', undefined],
        ],
      );
      assert.equal(await fixture.seen('b.js'), SOURCE.replace('-', '+'));
    });

    it('changes nothing when one file does not fit', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE });
      const result = await fixture.call('apply_patch', { patch });
      assert.equal(result.reason, 'file.not_found');
      assert.deepEqual(fixture.sets.list(), []);
    });

    it('refuses a patch that names a file twice, or is none', async () => {
      const fixture = new ToolsFixture({ 'a.js': SOURCE });
      const twice = '*** Begin Patch\n*** Delete File: a.js\n*** Delete File: a.js\n*** End Patch';
      assert.equal((await fixture.call('apply_patch', { patch: twice })).reason, 'edit.overlap');
      assert.equal((await fixture.call('apply_patch', { patch: 'hello' })).reason, 'edit.invalid_patch');
    });
  });

  it('say that a call was applied where the settings say so', async () => {
    const fixture = new ToolsFixture({ 'a.js': SOURCE });
    fixture.mode = 'auto';
    const result = await fixture.call('edit_file', { path: 'a.js', edits: [{ oldText: 'a - b', newText: 'a + b' }] });
    assert.match(result.text, /^Applied\./);
    assert.equal(await fixture.text('a.js'), SOURCE.replace('-', '+'));
  });

  it('refuse everything where edits are denied', async () => {
    const fixture = new ToolsFixture({ 'a.js': SOURCE });
    fixture.mode = 'deny';
    assert.equal((await fixture.call('create_file', { path: 'b.js', content: '' })).reason, 'edit.denied');
  });
});
