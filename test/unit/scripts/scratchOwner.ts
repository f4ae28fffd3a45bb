// A process that owns a scratch folder and a child, for a test that kills it.
import { spawn } from 'node:child_process';
import { createScratch } from '../../../scripts/vscode/scratch';

void createScratch('owner').then((scratch) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
  scratch.adopt(child);
  console.log(JSON.stringify({ folder: scratch.folder, pid: child.pid }));
  setInterval(() => undefined, 1_000_000);
});
