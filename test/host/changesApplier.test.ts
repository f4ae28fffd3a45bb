// What applying a plan does to bytes on disk of files that no editor holds.
import * as assert from 'node:assert/strict';
import { chmod, stat, symlink } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { FileOperation } from '../../src/core/changes/changeApplier';
import { isFailure } from '../../src/core/failure';
import { VsCodeFileProbe } from '../../src/vscode/changes/vsCodeFileProbe';
import { ApplierFixture, never, reasons } from './support/applierFixture';
import { eventually, tabs } from './support/workspaceFiles';

describe('applying changes in a real VS Code', () => {
  let at: ApplierFixture;
  beforeEach(() => (at = new ApplierFixture()));
  afterEach(async () => at.dispose());
  describe('files that no editor holds', () => {
    const cases: { what: string; before: Buffer; after: Buffer }[] = [
      {
        what: 'CRLF line endings and a missing last newline',
        before: Buffer.from('one\r\ntwo\r\nthree'),
        after: Buffer.from('one\r\nTWO\r\nthree'),
      },
      {
        what: 'a UTF-8 byte order mark',
        before: Buffer.from('\ufeffone\ntwo\n'),
        after: Buffer.from('\ufeffone\nTWO\n'),
      },
      {
        what: 'UTF-16 with its mark',
        before: Buffer.from('\ufeffone é\r\ntwo\r\n', 'utf16le'),
        after: Buffer.from('\ufeffone é\r\nTWO\r\n', 'utf16le'),
      },
      {
        what: 'mixed line endings',
        before: Buffer.from('one\r\ntwo\nthree\rfour\r\n'),
        after: Buffer.from('one\r\nTWO\nthree\rfour\r\n'),
      },
      {
        what: 'trailing blanks, form feeds and a NUL-free control character',
        before: Buffer.from('one  \f\ntwo\t\n\u0001three'),
        after: Buffer.from('one  \f\nTWO\t\n\u0001three'),
      },
      {
        what: 'a second byte order mark that is text',
        before: Buffer.from('\ufeff\ufeffone\ntwo\n'),
        after: Buffer.from('\ufeff\ufeffone\nTWO\n'),
      },
    ];
    for (const { what, before, after } of cases) {
      it(`keep ${what}`, async () => {
        await at.files.write('a.txt', before);
        const outcome = await at.edit('a.txt', (text) => text.replace('two', 'TWO'));
        assert.deepEqual(outcome, { kind: 'applied', formats: {}, madeFolders: {} });
        assert.deepEqual(await at.files.bytes('a.txt'), after);
        assert.deepEqual(tabs(), []);
      });
    }

    it('take `$&` and conflict markers as plain text', async () => {
      await at.files.write('a.txt', 'one\ntwo\n');
      const text = 'one\n$& $1 $$ $` <<<<<<< ours\n';
      await at.apply(at.modify('a.txt', 'one\ntwo\n', text));
      assert.equal(await at.files.text('a.txt'), text);
    });

    it('keep a legacy encoding that the settings name, and refuse what it has no code for', async () => {
      const settings = vscode.workspace.getConfiguration('files', at.files.uri('a.txt'));
      await settings.update('encoding', 'windows1252', vscode.ConfigurationTarget.Workspace);
      try {
        await at.files.write('a.txt', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x78, 0x0a]));
        await at.edit('a.txt', (text) => {
          assert.equal(text, 'café\nx\n');
          return 'café\n€\n';
        });
        assert.deepEqual(await at.files.bytes('a.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x80, 0x0a]));
        const refused = await at.edit('a.txt', (text) => text.replace('€', '漢'));
        assert.deepEqual(reasons(refused), ['file.unencodable']);
        assert.deepEqual(await at.files.bytes('a.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x80, 0x0a]));
        const probe = new VsCodeFileProbe();
        assert.equal(await probe.canEncode(at.files.location('a.txt'), 'é'), true);
        assert.equal(await probe.canEncode(at.files.location('a.txt'), '漢'), false);
      } finally {
        await settings.update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
      }
    });

    it('are refused where bytes are no text, since an edit would lose them', async () => {
      const bytes = Buffer.from([0x6f, 0x6e, 0x65, 0x0a, 0xe9, 0x0a]);
      await at.files.write('a.txt', bytes);
      assert.deepEqual(reasons(await at.edit('a.txt', (text) => text.replace('one', 'two'))), ['file.encoding']);
      assert.deepEqual(await at.files.bytes('a.txt'), bytes);
      assert.equal((await new VsCodeFileProbe().probe(at.files.location('a.txt'), never())).keepsBytes, false);
    });

    it('keep their permissions, and links to them stay links', async () => {
      await at.files.write('tool.sh', '#!/bin/sh\necho 1\n');
      await chmod(at.files.fsPath('tool.sh'), 0o755);
      await symlink(at.files.fsPath('tool.sh'), at.files.fsPath('link.sh'));
      const location = await at.workspace.locate(at.files.pathOf('link.sh'), never());
      assert.ok(!isFailure(location));
      const outcome = await at.apply({
        ...(at.modify('tool.sh', '#!/bin/sh\necho 1\n', '#!/bin/sh\necho 2\n') as FileOperation & { kind: 'modify' }),
        location,
      });
      assert.equal(outcome.kind, 'applied');
      assert.equal(await at.files.text('link.sh'), '#!/bin/sh\necho 2\n');
      assert.equal((await stat(at.files.fsPath('tool.sh'))).mode & 0o777, 0o755);
    });

    it('are stale once something else has written them, and stay as they are', async () => {
      await at.files.write('a.txt', 'changed\n');
      const outcome = await at.apply(at.modify('a.txt', 'one\n', 'two\n'));
      assert.deepEqual(outcome, { kind: 'stale', paths: [at.files.pathOf('a.txt')] });
      assert.equal(await at.files.text('a.txt'), 'changed\n');
    });

    it('are written as bytes when only a language service has loaded them', async () => {
      await at.files.write('a.txt', 'one\r\ntwo\nthree');
      const document = await vscode.workspace.openTextDocument(at.files.uri('a.txt'));
      await at.edit('a.txt', (text) => text.replace('two', 'TWO'));
      assert.equal(await at.files.text('a.txt'), 'one\r\nTWO\nthree');
      assert.deepEqual(tabs(), []);
      await eventually(() => document.getText().includes('TWO'), 'the loaded document follows the disk');
      assert.equal(document.isDirty, false);
    });

    it('are left alone when they are read-only', async () => {
      await at.files.write('a.txt', 'one\n');
      await chmod(at.files.fsPath('a.txt'), 0o444);
      assert.deepEqual(reasons(await at.edit('a.txt', () => 'two\n')), ['file.read_only']);
      assert.equal(await at.files.text('a.txt'), 'one\n');
      assert.equal((await new VsCodeFileProbe().probe(at.files.location('a.txt'), never())).isReadOnly, true);
    });
  });
});
