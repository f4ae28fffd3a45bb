import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FileLease } from '../../../../src/adapters/node/fileLease';
import { Presence } from '../../../../src/adapters/node/presence';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('Presence', () => {
  const folder = useTemporaryFolder();
  const open = (origin: string, clock: ManualClock, isProcessAlive = () => true) =>
    new Presence({ folder: folder(), origin, clock, isProcessAlive });
  async function writeBeat(origin: string, text: string): Promise<void> {
    await mkdir(join(folder(), 'windows'), { recursive: true });
    await writeFile(join(folder(), 'windows', `${origin}.json`), text);
  }
  const files = () => readdir(join(folder(), 'windows'));

  /** Files are written in the background: until then nothing is due. */
  const beatOf = async (origin: string) =>
    (JSON.parse(await readFile(join(folder(), 'windows', `${origin}.json`), 'utf8')) as { beat: number }).beat;

  async function advanceBeat(clock: ManualClock, origin: string): Promise<void> {
    const before = await beatOf(origin);
    await clock.advance(4000);
    while ((await beatOf(origin).catch(() => before)) === before) await new Promise((resolve) => setImmediate(resolve));
    while (clock.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  it('takes a window that beats for alive, by whatever clock', async () => {
    const [mine, theirs] = [new ManualClock(0), new ManualClock(Date.UTC(2100, 0, 1))];
    const other = open('w2', theirs);
    await other.start();
    const presence = open('w1', mine);
    for (let round = 0; round < 4; round += 1) {
      assert.equal(await presence.isAlive('w2'), true);
      mine.set(mine.now() + 60_000);
      await advanceBeat(theirs, 'w2');
    }
    assert.equal(await presence.isAlive('w2'), true);
    await other.stop();
  });

  it('takes a window whose beat stands still for dead, after 20 s of its own time', async () => {
    const clock = new ManualClock();
    const presence = open('w1', clock);
    await writeBeat('w2', JSON.stringify({ pid: 1, host: 'elsewhere', beat: 7 }));
    assert.equal(await presence.isAlive('w2'), true);
    clock.set(clock.now() + 19_999);
    assert.equal(await presence.isAlive('w2'), true);
    clock.set(clock.now() + 1);
    assert.equal(await presence.isAlive('w2'), false);
  });

  it('gives others their time again after it slept itself', async () => {
    const clock = new ManualClock();
    const presence = open('w1', clock);
    await presence.start();
    await writeBeat('w2', JSON.stringify({ pid: 1, host: 'elsewhere', beat: 7 }));
    assert.equal(await presence.isAlive('w2'), true);
    // The whole machine sleeps: nobody beats, and no timer fires until it wakes.
    clock.set(clock.now() + 3_600_000);
    assert.equal(await presence.isAlive('w2'), true);
    await advanceBeat(clock, 'w1');
    assert.equal(await presence.isAlive('w2'), true);
    clock.set(clock.now() + 15_999);
    assert.equal(await presence.isAlive('w2'), true);
    clock.set(clock.now() + 1);
    assert.equal(await presence.isAlive('w2'), false, 'twenty seconds of waking');
    await presence.stop();
  });

  it('says when its own beat came so late that others may have taken it for dead', async () => {
    const clock = new ManualClock();
    let late = 0;
    const presence = new Presence({ folder: folder(), origin: 'w1', clock, onLate: () => (late += 1) });
    await presence.start();
    await advanceBeat(clock, 'w1');
    assert.equal(late, 0);
    clock.set(clock.now() + 20_000);
    await advanceBeat(clock, 'w1');
    assert.equal(late, 1);
    await advanceBeat(clock, 'w1');
    assert.equal(late, 1);
    await presence.stop();
  });

  it('takes a process of this machine that is gone for dead at once', async () => {
    const presence = open('w1', new ManualClock(), () => false);
    await writeBeat('w2', JSON.stringify({ pid: 1, host: hostname(), beat: 7 }));
    await writeBeat('w3', JSON.stringify({ pid: 1, host: 'elsewhere', beat: 7 }));
    assert.deepEqual([await presence.isAlive('w2'), await presence.isAlive('w3')], [false, true]);
  });

  it('tells at once that a window has closed, and forgets the dead', async () => {
    const other = open('w2', new ManualClock());
    await other.start();
    const presence = open('w1', new ManualClock(), () => false);
    await other.stop();
    assert.equal(await presence.isAlive('w2'), false);
    await writeBeat('w3', JSON.stringify({ pid: 1, host: hostname(), beat: 7 }));
    await presence.start();
    assert.deepEqual(await files(), ['w1.json']);
    await presence.stop();
  });

  it('stops beating', async () => {
    const clock = new ManualClock();
    const presence = open('w1', clock);
    await presence.start();
    await presence.stop();
    assert.deepEqual([clock.pending(), await files()], [[], []]);
  });
});

describe('FileLease', () => {
  const folder = useTemporaryFolder();
  const alive = new Set<string>();
  const open = (origin: string) => {
    alive.add(origin);
    return new FileLease({ folder: folder(), origin, isAlive: (other) => Promise.resolve(alive.has(other)) });
  };
  beforeEach(() => alive.clear());

  it('goes to one of many windows that ask at once', async () => {
    const leases = Array.from({ length: 20 }, (_, index) => open(`w${index}`));
    await Promise.all(leases.map((lease) => lease.acquire()));
    assert.equal(leases.filter(({ held }) => held).length, 1);
  });

  it('stays with its holder while that lives, and is taken over by exactly one after', async () => {
    const [first, second, third] = [open('w1'), open('w2'), open('w3')];
    assert.equal(await first.acquire(), true);
    assert.deepEqual(await Promise.all([second.acquire(), third.acquire(), first.acquire()]), [false, false, true]);
    alive.delete('w1');
    const taken = await Promise.all([second.acquire(), third.acquire()]);
    assert.equal(taken.filter(Boolean).length, 1);
  });

  it('is lost by a holder that slept through its takeover', async () => {
    const [first, second] = [open('w1'), open('w2')];
    await first.acquire();
    alive.delete('w1');
    await second.acquire();
    alive.add('w1');
    assert.equal(await first.acquire(), false);
    assert.equal(first.held, false);
    assert.equal(await second.acquire(), true);
  });

  it('is free at once when its holder releases it, and never uses a number again', async () => {
    const [first, second] = [open('w1'), open('w2')];
    await first.acquire();
    await first.release();
    assert.equal(first.held, false);
    assert.equal(await second.acquire(), true);
    assert.deepEqual(await readdir(folder()), ['lease-2.json']);
  });

  it('is not lost for ever with a window that died while it took it', async () => {
    await writeFile(join(folder(), 'lease-4.json'), '');
    const lease = open('w1');
    assert.deepEqual([await lease.acquire(), await lease.acquire()], [false, true]);
    assert.deepEqual(await readdir(folder()), ['lease-5.json']);
  });

  it('comes back when its folder was deleted', async () => {
    const lease = open('w1');
    await lease.acquire();
    await rm(folder(), { recursive: true });
    assert.equal(await lease.acquire(), true);
  });
});
