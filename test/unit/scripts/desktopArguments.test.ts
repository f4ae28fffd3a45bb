import * as assert from 'node:assert/strict';
import { parseDesktopArguments } from '../../../scripts/vscode/desktopArguments';

const needed = ['--extensionTestsPath=/t/index.js', '--user-data-dir=/u', '--extensions-dir=/e'];

describe('desktop arguments', () => {
  it('reads what runTests passes to an executable', () => {
    const flags = ['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--no-cached-data'];
    assert.deepEqual(
      parseDesktopArguments([
        '/w',
        ...flags,
        '--disable-workspace-trust',
        ...needed,
        '--extensionDevelopmentPath=/a',
        '--extensionDevelopmentPath=/b',
      ]),
      {
        workspace: '/w',
        developmentPaths: ['/a', '/b'],
        testsPath: '/t/index.js',
        userDataDir: '/u',
        extensionsDir: '/e',
        disablesWorkspaceTrust: true,
      },
    );
  });

  it('takes a value from the next argument too, and keeps equals signs in it', () => {
    const parsed = parseDesktopArguments([...needed, '--user-data-dir', '/with=sign']);
    assert.equal(parsed.userDataDir, '/with=sign');
  });

  it('opens no folder where none is named, and trusts nothing by itself', () => {
    const parsed = parseDesktopArguments(needed);
    assert.equal(parsed.workspace, undefined);
    assert.equal(parsed.disablesWorkspaceTrust, false);
  });

  it('refuses a flag that it would have to ignore', () => {
    assert.throws(() => parseDesktopArguments([...needed, '--profile=x']), /does not know --profile=x/);
  });

  it('refuses a run without tests, and one with two folders', () => {
    assert.throws(() => parseDesktopArguments(needed.slice(1)), /needs --extensionTestsPath/);
    assert.throws(() => parseDesktopArguments([...needed, '/a', '/b']), /opens one folder/);
  });
});
