import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileReactionClaims } from '../../../../src/adapters/node/fileReactionClaims';
import { EventBuilder } from '../../../support/eventBuilder';
import { ManualClock } from '../../../support/manualClock';
import { describeReactionClaims } from '../../../support/reactionClaimsContract';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('FileReactionClaims', () => {
  const folder = useTemporaryFolder();
  const clock = new ManualClock(Date.now());
  const dead = new Set<string>();
  const open = (origin: string) =>
    new FileReactionClaims({
      folder: folder(),
      origin,
      clock,
      isAlive: (other) => Promise.resolve(!dead.has(other)),
    });
  const files = () => readdir(join(folder(), 'reactions', 'claims'));

  beforeEach(() => dead.clear());

  describeReactionClaims('FileReactionClaims', () => ({
    open,
    kill: async (origin) => void dead.add(origin),
    pass: (ms) => clock.advance(ms),
  }));

  it('shares only what every window notices by itself, and events of other windows', () => {
    const claims = open('w1');
    const events = new EventBuilder('w1');
    const saved = events.make('file.saved', { path: 'a.ts', uri: 'file:///a.ts', languageId: 'typescript' });
    const git = events.make('git.changed', { repository: 'file:///r', head: 'main' });
    assert.deepEqual([claims.isShared(saved), claims.isShared(git)], [false, true]);
    assert.equal(claims.isShared({ ...saved, origin: 'w2' }), true);
  });

  it('leaves a file alone that is being written, and takes over one that stays half written', async () => {
    await open('w1').claim(['k']);
    const [name = ''] = await files();
    const path = join(folder(), 'reactions', 'claims', name);
    await writeFile(path, '{"hol');
    const other = open('w2');
    assert.equal((await other.claim(['k'])).size, 0);
    const longAgo = new Date(clock.now() - 60_000);
    await utimes(path, longAgo, longAgo);
    assert.equal((await other.claim(['k'])).size, 1);
  });

  it('keeps one file for a key, and deletes what is long over', async () => {
    await mkdir(folder(), { recursive: true });
    const one = open('w1');
    await one.claim(['a', 'b']);
    await one.complete(['a'], 1000);
    dead.add('w1');
    const two = open('w2');
    await two.claim(['b']);
    assert.equal((await files()).length, 2);
    await clock.advance(2 * 3_600_000);
    await two.claim(['c']);
    assert.equal((await files()).length, 2, 'a is gone; b and c are held');
  });
});
