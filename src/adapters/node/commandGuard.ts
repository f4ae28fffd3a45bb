// A program of its own that outlives the extension host by as long as cleaning takes. It is told over its standard input which
// commands run; when the input closes, which happens however the host died, it kills what is left of them.
import { createInterface } from 'node:readline';
import { killTree, withBirth, type ProcessTree } from './processTree';

const running = new Map<number, ProcessTree>();

// A signal to the host's group must not take the guard with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb, pid, mark = ''] = line.split(' ');
    if (verb === 'adopt') running.set(Number(pid), withBirth({ pid: Number(pid), mark }));
    if (verb === 'drop') running.delete(Number(pid));
  })
  .on('close', () => {
    for (const tree of running.values()) killTree(tree);
  });
