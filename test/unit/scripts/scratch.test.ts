import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createScratch } from '../../../scripts/vscode/scratch';

// A program that lives for ever, in a group of its own, with a child that does the same.
const family = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  process.stdout.write(child.pid + '\\n');
  process.on('SIGTERM', () => process.exit());
  setInterval(() => {}, 1e6);
`;

async function startFamily(): Promise<{ parent: ChildProcess; childPid: number }> {
  const parent = spawn(process.execPath, ['-e', family], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  return { parent, childPid: Number(await firstLine(parent)) };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout);
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return line;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where nobody reaps orphans, a killed process stays as a zombie.
  return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
}

async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (condition()) return;
    await delay(25);
  }
  assert.fail(`${what} did not happen within 15 s`);
}

describe('scratch folders and their processes', () => {
  it('are gone after dispose, grandchildren included', async () => {
    const scratch = await createScratch('unit');
    const { parent, childPid } = await startFamily();
    scratch.adopt(parent);
    await scratch.dispose();
    assert.equal(existsSync(scratch.folder), false);
    await eventually(() => !isAlive(childPid), 'the end of the grandchild');
  });

  it('can be disposed twice', async () => {
    const scratch = await createScratch('unit');
    await Promise.all([scratch.dispose(), scratch.dispose()]);
    assert.equal(existsSync(scratch.folder), false);
  });

  it('are gone when their owner was killed without a chance to clean up', async () => {
    const owner = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'scratchOwner.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { folder, pid } = JSON.parse(await firstLine(owner)) as { folder: string; pid: number };
    assert.ok(existsSync(folder) && isAlive(pid));
    owner.kill('SIGKILL');
    await eventually(() => !existsSync(folder) && !isAlive(pid), 'cleaning up');
  }).timeout(60_000);
});
