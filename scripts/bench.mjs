// `npm run bench`, or parts of it: `npm run bench -- page traffic`. Bundles the bench as the extension is bundled (TypeScript run as it is
// would be slower than what people get), builds the extension and runs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Inside of the project, so that what is not bundled is found.
const folder = mkdtempSync(path.join(root, 'node_modules', '.bench-'));
/** True if it ended well; what went wrong it has said itself. */
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;

try {
  const dist = path.join(folder, 'dist');
  const isBuilt = run('esbuild.js', '--production', `--outdir=${dist}`);
  await esbuild.build({
    entryPoints: ['bench/main.ts', 'bench/modelServer.ts'],
    absWorkingDir: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    packages: 'external',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  const isMeasured =
    isBuilt &&
    run(
      path.join(folder, 'main.mjs'),
      path.join(folder, 'modelServer.mjs'),
      path.join(root, 'bench', 'activation.cjs'),
      dist,
      path.join(root, 'bench', 'pageDriver.js'),
      ...process.argv.slice(2),
    );
  if (!isMeasured) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
