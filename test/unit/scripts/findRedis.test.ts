import assert from 'node:assert/strict';
import { findRedis, REDIS_MISSING, type RedisMachine } from '../../../scripts/test/findRedis';

const machine = (files: readonly string[], more: Partial<RedisMachine> = {}): RedisMachine => ({
  platform: 'linux',
  env: { PATH: '/usr/local/bin:/usr/bin' },
  isFile: (file) => files.includes(file),
  ...more,
});

describe('finding a Redis server', () => {
  it('takes REDIS_SERVER before everything else, and says when it is wrong', () => {
    const env = { PATH: '/usr/bin', REDIS_SERVER: '/my/redis' };
    assert.equal(findRedis(machine(['/my/redis', '/usr/bin/redis-server'], { env })), '/my/redis');
    assert.throws(() => findRedis(machine(['/usr/bin/redis-server'], { env })), /\/my\/redis, which is not a file/);
  });

  it('looks at PATH and the usual places', () => {
    assert.equal(findRedis(machine(['/usr/bin/redis-server'])), '/usr/bin/redis-server');
    assert.equal(
      findRedis(machine(['/opt/homebrew/bin/redis-server'], { platform: 'darwin' })),
      '/opt/homebrew/bin/redis-server',
    );
    assert.equal(findRedis(machine([])), undefined);
  });

  it('says in one sentence what to install', () => {
    assert.match(REDIS_MISSING, /skipped\. Install redis-server/);
  });
});
