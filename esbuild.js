// Builds what the extension runs from: the entry stub, the extension with its lazily loaded chunks, the webviews and their assets.
// The host side is split as ES modules first (so that `import()` makes chunks) and each file then becomes CommonJS, which VS Code loads fastest.
const { createHash } = require('node:crypto');
const fs = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const zlib = require('node:zlib');
const esbuild = require('esbuild');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const outdir = path.resolve(
  __dirname,
  process.argv.find((argument) => argument.startsWith('--outdir='))?.slice(9) ?? 'dist',
);

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'inline',
  target: 'es2023',
  logLevel: 'warning',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
};

/** Files of this build, so that those of earlier ones can go. */
const written = new Set();

const toCommonJs = {
  format: 'cjs',
  platform: 'node',
  target: 'es2023',
  supported: { 'dynamic-import': false },
  logOverride: { 'empty-import-meta': 'silent' },
};

/** Functions that esbuild puts at the top of each file that it turns into CommonJS, by name. */
async function commonJsHelpers() {
  const sample = "import x from './x.js'; export const a = () => import('./y.js').then((y) => y.z + x);";
  const { code } = await esbuild.transform(sample, toCommonJs);
  const helpers = new Map();
  for (const [definition, name] of code
    .slice(0, code.indexOf('var stdin_exports'))
    .matchAll(/^var (\w+) = [^]*?;\n(?=var |$)/gm)) {
    helpers.set(name, definition);
  }
  return helpers;
}

/** With a dozen files at start-up, one copy of the helpers for all of them saves a tenth of what is loaded. */
function shareHelpers(code, helpers, helpersFile) {
  // Names of exports for whoever imports the file as an ES module, which nobody does.
  const end = code.lastIndexOf('\n// Annotate the CommonJS export names');
  let rest = end < 0 ? code : code.slice(0, end + 1);
  for (const definition of helpers.values()) rest = rest.replace(definition, '');
  const used = [...helpers.keys()].filter((name) => rest.includes(`${name}(`));
  return used.length === 0 ? rest : `const { ${used.join(', ')} } = require("${helpersFile}");\n${rest}`;
}

/** Turns each ES module that was built into a CommonJS file of the same name. */
const writeCommonJs = {
  name: 'write-commonjs',
  setup(build) {
    build.initialOptions.write = false;
    const helpersPath = path.join(outdir, 'chunks', 'commonJs.js');
    build.onEnd(async (result) => {
      const helpers = production ? await commonJsHelpers() : new Map();
      if (production) {
        const text = `${[...helpers.values()].join('')}module.exports = { ${[...helpers.keys()].join(', ')} };`;
        await write(helpersPath, (await esbuild.transform(text, { minify: true })).code);
      }
      await Promise.all((result.outputFiles ?? []).map((file) => writeOne(file, helpers)));
    });
    async function writeOne(file, helpers) {
      const usesUrl = file.text.includes('import.meta.url');
      const { code } = await esbuild.transform(file.text, {
        ...toCommonJs,
        sourcemap: production ? false : 'inline',
        sourcefile: path.basename(file.path),
        define: usesUrl ? { 'import.meta.url': '__fileUrl' } : {},
        ...(usesUrl && { banner: "const __fileUrl = require('node:url').pathToFileURL(__filename).href;" }),
      });
      if (!production) return write(file.path, code);
      const relative = path.relative(path.dirname(file.path), helpersPath).split(path.sep).join('/');
      const shared = shareHelpers(code, helpers, relative.startsWith('.') ? relative : `./${relative}`);
      await write(file.path, (await esbuild.transform(shared, { ...toCommonJs, minify: true })).code);
    }
    async function write(file, text) {
      await fs.mkdir(path.dirname(file), { recursive: true });
      // Renamed into place, so that a window that starts meanwhile sees the old file or the new one, never half of it.
      const temporary = `${file}.${process.pid}.tmp`;
      await fs.writeFile(temporary, text);
      await fs.rename(temporary, file);
      written.add(file);
    }
  },
};

/**
 * A copy of zod for what imports `zod/mini`, beside the whole one: they share their inner modules, and a shared module keeps
 * everything that anyone uses, which is four times of what start-up needs.
 */
const smallZod = {
  name: 'small-zod',
  setup(build) {
    const own = (resolved) => ({ path: resolved.path, namespace: 'small-zod', sideEffects: false });
    const resolve = (request, { kind, resolveDir }) =>
      build.resolve(request, { kind, resolveDir, pluginData: 'small-zod', namespace: 'file' });
    build.onResolve({ filter: /^zod\/(mini|v4\/locales\/.*)$/ }, async (args) =>
      args.pluginData === 'small-zod' ? undefined : own(await resolve(args.path, args)),
    );
    build.onResolve({ filter: /^\./, namespace: 'small-zod' }, async (args) =>
      args.pluginData === 'small-zod' ? undefined : own(await resolve(args.path, args)),
    );
    build.onLoad({ filter: /\.js$/, namespace: 'small-zod' }, async ({ path: file }) => ({
      contents: await fs.readFile(file, 'utf8'),
      resolveDir: path.dirname(file),
    }));
  },
};

/** OpenTelemetry's resources can find out which machine this is, by five files of their own; our spans never say it. */
const noMachineId = {
  name: 'no-machine-id',
  setup(build) {
    build.onLoad({ filter: /machine-id[\\/]getMachineId\.js$/ }, () => ({
      contents: 'export const getMachineId = () => Promise.resolve(undefined);',
    }));
  },
};

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  {
    ...shared,
    // The guard of commands is a program of its own.
    entryPoints: { extension: 'src/entry.ts', commandGuard: 'src/adapters/node/commandGuard.ts' },
    outdir,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', './main.js', './team.js'],
  },
  {
    ...shared,
    // Chunks come from `import()`; further entries are what the stub loads synchronously. All share one copy of each module.
    entryPoints: { main: 'src/extension.ts', team: 'src/composition/team.ts' },
    outdir,
    platform: 'node',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'node'],
    external: ['vscode'],
    alias: {
      // Its ES module makes a `require` of its own, which the step to CommonJS would break.
      'web-tree-sitter': require.resolve('web-tree-sitter'),
      // Core is pure and hashes in JavaScript; here Node does it.
      '@noble/hashes/sha2.js': path.join(__dirname, 'src/adapters/node/hashes.ts'),
      '@noble/hashes/utils.js': path.join(__dirname, 'src/adapters/node/hashes.ts'),
    },
    plugins: [smallZod, noMachineId, writeCommonJs],
  },
  {
    ...shared,
    entryPoints: {
      chat: 'webview/chat/main.ts',
      trace: 'webview/trace/main.ts',
      report: 'webview/report/main.ts',
      health: 'webview/health/health.css',
    },
    outdir: path.join(outdir, 'webview'),
    platform: 'browser',
    format: 'iife',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    tsconfig: 'webview/tsconfig.json',
  },
];

/** Files that are loaded as they are. */
const assets = [
  ['node_modules/@vscode/codicons/dist/codicon.css', 'webview/codicon.css'],
  ['node_modules/@vscode/codicons/dist/codicon.ttf', 'webview/codicon.ttf'],
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'grammars/web-tree-sitter.wasm.br'],
  ['node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm', 'grammars/tree-sitter-bash.wasm.br'],
  ...['typescript', 'tsx', 'javascript', 'python', 'go', 'java', 'c_sharp', 'rust', 'php'].map((name) => [
    `node_modules/@repomix/tree-sitter-wasms/out/tree-sitter-${name}.wasm`,
    `grammars/tree-sitter-${name}.wasm.br`,
  ]),
];

/** The best that Brotli can do takes a quarter of a minute for all grammars: only what is shipped is worth it, and once for each version of them. */
async function compressFile(source, target) {
  const bytes = await fs.readFile(source);
  const quality = production ? 11 : 1;
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const kept = path.join(__dirname, 'node_modules', '.cache', 'agent-team', `${digest}-${quality}.br`);
  const known = await fs.readFile(kept).catch(() => undefined);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: quality,
    [BROTLI_PARAM_LGWIN]: 24,
    [BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const compressed = known ?? (await promisify(zlib.brotliCompress)(bytes, { params }));
  for (const file of known ? [target] : [kept, target]) {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await fs.writeFile(temporary, compressed);
    await fs.rename(temporary, file);
  }
}

async function copyAssets() {
  for (const [from, to] of assets) {
    const target = path.join(outdir, to);
    await fs.mkdir(path.dirname(target), { recursive: true });
    const source = path.join(__dirname, from);
    if (target.endsWith('.br')) await compressFile(source, target);
    else await fs.copyFile(source, target);
    written.add(target);
  }
}

/** The README of packages: without the film, which weighs half as much as they do. */
async function writeReadme() {
  const target = path.join(outdir, 'README.md');
  const text = await fs.readFile(path.join(__dirname, 'README.md'), 'utf8');
  await fs.mkdir(outdir, { recursive: true });
  await fs.writeFile(target, text.replace(/<!-- film[^]*?<!-- \/film -->\n+/g, ''));
  written.add(target);
}

async function removeStale() {
  for (const folder of [outdir, path.join(outdir, 'chunks'), path.join(outdir, 'grammars')]) {
    for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isFile() && !written.has(file)) await fs.rm(file, { force: true });
    }
  }
}

async function main() {
  await copyAssets();
  if (production) await writeReadme();
  if (!watch) {
    await Promise.all(builds.map((options) => esbuild.build(options)));
    for (const name of ['extension.js', 'commandGuard.js']) written.add(path.join(outdir, name));
    await removeStale();
    return;
  }
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('[watch] build finished, watching for changes');
}

main().catch((error) => {
  if (!error.errors) console.error(error);
  process.exitCode = 1;
});
