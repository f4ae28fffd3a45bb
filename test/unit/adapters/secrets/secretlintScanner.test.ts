import assert from 'node:assert/strict';
import { SecretlintScanner } from '../../../../src/adapters/secrets/secretlintScanner';
import { isFailure } from '../../../../src/core/failure';
import { machineClock } from '../../../support/sourceAnalysis';

const signal = new AbortController().signal;
const scanner = new SecretlintScanner(machineClock);
// Put together here, so that no scanner takes the test itself for a leak.
const githubToken = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

async function scan(text: string) {
  const hits = await scanner.scan({ path: 'src/a.ts', text }, signal);
  assert.ok(!isFailure(hits));
  return hits.map(({ start, end, kind }) => ({ value: text.slice(start, end), kind }));
}

describe('SecretlintScanner', () => {
  it('finds keys by their format, at their place', async () => {
    assert.deepEqual(await scan(`const a = 1;\nconst token = "${githubToken}";\n`), [
      { value: githubToken, kind: 'GitHub Token' },
    ]);
  });

  it('finds credentials in addresses', async () => {
    const [hit] = await scan('const url = "postgres://shop:s3cr3tPass9@db.internal.net/orders";');
    assert.match(hit?.value ?? '', /s3cr3tPass9/);
  });

  it('leaves ordinary code and placeholders alone', async () => {
    assert.deepEqual(
      await scan(
        'const token = process.env.GITHUB_TOKEN; const id = "ghp_short"; const hash = "d41d8cd98f00b204e9800998ecf8427e";',
      ),
      [],
    );
  });

  it('finds a key at any place of a long file, once', async () => {
    const filler = 'const x = 1; // nothing to see here\n';
    for (const length of [57_900, 58_000, 63_990, 64_010, 121_000]) {
      const before = filler.repeat(Math.ceil(length / filler.length)).slice(0, length - 1) + '\n';
      assert.deepEqual(
        await scan(`${before}${githubToken}\n${filler.repeat(2_000)}`),
        [{ value: githubToken, kind: 'GitHub Token' }],
        String(length),
      );
    }
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const outcome = await scanner.scan({ path: 'a.ts', text: githubToken }, controller.signal);
    assert.equal(isFailure(outcome) && outcome.reason, 'cancelled');
  });
});
