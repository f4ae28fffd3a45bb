import * as assert from 'node:assert/strict';
import { cleanEnvironment } from '../../../scripts/vscode/cleanEnvironment';

describe('the environment of an editor under test', () => {
  it('has no key and no endpoint of the person at the machine', () => {
    const source = {
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'u',
      MISTRAL_API_KEY: 'k',
      GITHUB_TOKEN: 't',
      DB_PASSWORD: 'p',
    };
    assert.deepEqual(cleanEnvironment(source), {});
  });

  it('has nothing of npm, of an editor around it, of git and of OpenTelemetry', () => {
    const source = {
      npm_config_prefix: '/x',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      GIT_DIR: '/x',
      OTEL_SDK_DISABLED: 'x',
      NODE_OPTIONS: '--x',
    };
    assert.deepEqual(cleanEnvironment(source), {});
  });

  it('keeps what programs need to run', () => {
    const source = { PATH: '/bin', HOME: '/root', DISPLAY: ':0', npm_execpath: '/npm.js', HTTPS_PROXY: 'http://p' };
    assert.deepEqual(cleanEnvironment(source), source);
  });

  it('adds what a test asks for, whatever it is called', () => {
    assert.deepEqual(cleanEnvironment({ OPENAI_API_KEY: 'real' }, { OPENAI_API_KEY: 'test' }), {
      OPENAI_API_KEY: 'test',
    });
  });
});
