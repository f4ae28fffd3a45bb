import { cp, mkdir, rename, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import { npmScript } from './npmScript';
import { projectRoot } from './projectRoot';
import { runCommand } from './runCommand';

const timeoutMs = 5 * 60_000;
const left = new Set(['node_modules', 'dist', 'test', 'bench', 'test-results', 'docs']);

/** `npm run package` in a copy of the project below `folder`, whose build is left alone; gives the path of the VSIX. */
export async function packageExtension(folder: string): Promise<string> {
  const copy = path.join(folder, 'project');
  await mkdir(copy, { recursive: true });
  await cp(projectRoot, copy, {
    recursive: true,
    filter: (source) => {
      const [first = ''] = path.relative(projectRoot, source).split(path.sep);
      return !left.has(first) && (!first.startsWith('.') || first === '.vscodeignore');
    },
  });
  await symlink(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  const file = path.join(copy, 'agent-team.vsix');
  const { program, args } = npmScript('package', ['--out', file]);
  const { exitCode, output } = await runCommand(program, args, { cwd: copy, timeoutMs });
  if (exitCode !== 0) throw new Error(`The extension could not be packaged:\n${output}`);
  const packaged = path.join(folder, 'agent-team.vsix');
  await rename(file, packaged);
  return packaged;
}
