import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { copySampleWorkspace } from '../../../scripts/vscode/sampleWorkspace';

describe('a copy of the sample workspace', () => {
  let folder: string;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trimEnd();

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'agent-team-sample-'));
    await copySampleWorkspace(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has a history of its own, the same in every copy', () => {
    assert.deepEqual(git('log', '--reverse', '--format=%an %as %s').split('\n'), [
      'Ada Bookbinder 2025-09-01 Start the bookshop with catalogue, stock and receipts',
      'Ada Bookbinder 2025-09-15 Keep orders in the database',
      'Ada Bookbinder 2025-10-02 Add staff logins and backups',
      'Ada Bookbinder 2025-10-20 Let the owner write promotions',
    ]);
  });

  it('has one uncommitted change and nothing untracked', () => {
    assert.equal(git('status', '--porcelain'), ' M src/stock.ts');
  });

  it('passes its own tests', () => {
    const output = execFileSync(process.execPath, ['--test'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    assert.match(output, /fail 0/);
  }).timeout(30_000);
});
