import { cp, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { cleanEnvironment } from './cleanEnvironment';
import { projectRoot } from './projectRoot';
import { runCommand } from './runCommand';

const source = path.join(projectRoot, 'test', 'fixtures', 'sample-workspace');

// The dates are fixed, so that every copy has the same commit ids.
const history = [
  {
    message: 'Start the bookshop with catalogue, stock and receipts',
    date: '2025-09-01T09:00:00Z',
    files: [
      '.gitignore',
      'README.md',
      'package.json',
      'tsconfig.json',
      'src/math.ts',
      'src/catalogue.ts',
      'src/stock.ts',
      'src/receipt.ts',
      'test/math.test.ts',
    ],
  },
  {
    message: 'Keep orders in the database',
    date: '2025-09-15T10:30:00Z',
    files: ['src/orders.ts', 'scripts/nightly_report.py'],
  },
  {
    message: 'Add staff logins and backups',
    date: '2025-10-02T16:45:00Z',
    files: ['src/accounts.ts', 'src/backup.ts'],
  },
  { message: 'Let the owner write promotions', date: '2025-10-20T08:15:00Z', files: ['.'] },
];

/** What the working tree has on top of the last commit: a feature that someone is in the middle of, with a mistake in it. */
const uncommitted = {
  file: 'src/stock.ts',
  added: `
/** The share of the shelf's copies that one item makes up, from 0 to 1. */
export function shareOf(shelf: ShelfItem[], isbn: string): number {
  const item = shelf.find((candidate) => candidate.isbn == isbn);
  return item!.count / totalCount(shelf);
}
`,
};

/** Copies the sample workspace into `target` and gives it its git history and one uncommitted change. */
export async function copySampleWorkspace(target: string): Promise<void> {
  await cp(source, target, { recursive: true });
  await git(target, ['init', '--quiet', '--initial-branch=main']);
  for (const { message, date, files } of history) {
    await git(target, ['add', '--', ...files]);
    await git(target, ['commit', '--quiet', '--no-gpg-sign', '--message', message], date);
  }
  const changed = path.join(target, uncommitted.file);
  await writeFile(changed, (await readFile(changed, 'utf8')) + uncommitted.added);
}

// Neither the person's nor the machine's git configuration is read or written: no hooks, no signing, no templates.
async function git(cwd: string, args: readonly string[], date = '2025-09-01T09:00:00Z'): Promise<void> {
  const env = cleanEnvironment(process.env, {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_AUTHOR_NAME: 'Ada Bookbinder',
    GIT_AUTHOR_EMAIL: 'ada@bookshop.example',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Ada Bookbinder',
    GIT_COMMITTER_EMAIL: 'ada@bookshop.example',
    GIT_COMMITTER_DATE: date,
  });
  const { exitCode, output } = await runCommand('git', args, { cwd, env, timeoutMs: 30_000 });
  if (exitCode !== 0)
    throw new Error(`The sample workspace needs git, but git ${args[0] ?? ''} failed: ${output.trim()}`);
}
