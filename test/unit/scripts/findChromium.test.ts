import * as assert from 'node:assert/strict';
import { findChromium, type Machine } from '../../../scripts/vscode/findChromium';

function machine(files: readonly string[], overrides: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    env: { PATH: '/usr/local/bin:/usr/bin' },
    home: '/home/ada',
    isFile: (file) => files.includes(file),
    list: (folder) => [
      ...new Set(
        files
          .filter((file) => file.startsWith(`${folder}/`))
          .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
    ...overrides,
  };
}

describe('finding Chromium', () => {
  it('takes CHROME_PATH before everything else', () => {
    const found = findChromium(
      machine(['/my/chrome', '/usr/bin/chromium'], { env: { PATH: '/usr/bin', CHROME_PATH: '/my/chrome' } }),
    );
    assert.equal(found, '/my/chrome');
  });

  it('says that CHROME_PATH is wrong instead of taking another browser', () => {
    const wrong = machine(['/usr/bin/chromium'], { env: { PATH: '/usr/bin', CHROME_PATH: '/gone' } });
    assert.throws(() => findChromium(wrong), /CHROME_PATH is \/gone, which is not a file/);
  });

  it('looks at PATH', () => {
    assert.equal(findChromium(machine(['/usr/bin/chromium-browser'])), '/usr/bin/chromium-browser');
    assert.equal(findChromium(machine(['/usr/bin/google-chrome'])), '/usr/bin/google-chrome');
  });

  it('looks at the usual places of macOS and Windows', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    assert.equal(findChromium(machine([chrome], { platform: 'darwin', env: {} })), chrome);
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    assert.equal(
      findChromium(machine([edge], { platform: 'win32', env: { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' } })),
      edge,
    );
  });

  it("takes the newest of Playwright's browsers", () => {
    const cache = '/home/ada/.cache/ms-playwright';
    const files = [`${cache}/chromium-999/chrome-linux/chrome`, `${cache}/chromium-1200/chrome-linux/chrome`];
    assert.equal(findChromium(machine(files)), files[1]);
  });

  it('finds nothing on a bare machine', () => {
    assert.equal(findChromium(machine([])), undefined);
  });
});
