// Outlives the process that started it, by as long as cleaning takes. Told over stdin what to clean; acts when stdin
// closes without `done`, which happens however the parent died.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const folder = /** @type {string} */ (process.argv[2]);
/** @type {Set<number>} */
const processes = new Set();
let isDone = false;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, pid] = line.split(' ');
  if (verb === 'adopt') processes.add(Number(pid));
  if (verb === 'drop') processes.delete(Number(pid));
  if (verb === 'done') isDone = true;
}

if (!isDone) {
  for (const pid of processes) kill(pid);
  // Programs that end by themselves once our parent is gone, such as the browser, may still write while they do.
  for (let round = 0; round < 5; round += 1) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await delay(1_000);
  }
}

/** @param {number} pid the leader of a process group */
function kill(pid) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
