import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleSizes, loadedAtOnce } from '../../bench/bundles';

describe('the production build', function () {
  this.timeout(120_000);
  let dist: string;
  before(async () => {
    dist = await mkdtemp(join(tmpdir(), 'agent-team-build-'));
    await promisify(execFile)(process.execPath, ['esbuild.js', '--production', `--outdir=${dist}`]);
  });
  after(() => rm(dist, { recursive: true, force: true }));

  it('starts with a stub of a few kilobytes', () => {
    assert.ok(bundleSizes(dist).stubBytes < 10_000);
  });

  it('loads less than 200 KB for the first real activation, chunks included', () => {
    const { activationBytes, activationFiles } = bundleSizes(dist);
    assert.ok(activationFiles.length > 1, 'it finds the chunks');
    assert.ok(activationBytes < 200_000, `${activationBytes} bytes`);
  });

  it('leaves SDKs, parsers and the whole zod to their first use', async () => {
    const { activationFiles } = bundleSizes(dist);
    const texts = await Promise.all(activationFiles.map((file) => readFile(file, 'utf8')));
    for (const mark of ['OpenAI-Organization', 'tree-sitter.wasm', 'BasicTracerProvider', 'ZodXID', 'secretlint']) {
      assert.ok(!texts.some((text) => text.includes(mark)), mark);
    }
  });

  it('loads only files that are there, and holds no source maps', async () => {
    const names = await readdir(dist, { recursive: true });
    const scripts = names.filter((name) => name.endsWith('.js') && dirname(name) !== 'webview');
    for (const name of scripts) {
      for (const file of loadedAtOnce(join(dist, name))) assert.ok(existsSync(file), `${name} needs ${file}`);
      const text = await readFile(join(dist, name), 'utf8');
      for (const [, request = ''] of text.matchAll(/require\("(\.[^"]+)"\)/g)) {
        assert.ok(existsSync(join(dist, dirname(name), request)), `${name} needs ${request}`);
      }
      assert.doesNotMatch(text, /^\/\/# sourceMappingURL=/m, name);
    }
    assert.deepEqual(
      names.map((name) => basename(name)).filter((name) => name.endsWith('.map') || name.includes('getMachineId')),
      [],
    );
  });
});
