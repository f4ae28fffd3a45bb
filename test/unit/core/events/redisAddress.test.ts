import assert from 'node:assert/strict';
import { redisAddress, redisAddressFault, teamNameFrom } from '../../../../src/core/events/redisAddress';

describe('the address of a shared Redis', () => {
  it('is read with what it leaves out', () => {
    assert.deepEqual(redisAddress('redis://host'), { host: 'host', port: 6379, tls: false, database: 0 });
    assert.deepEqual(redisAddress('rediss://a%20b@[::1]:7000/3?team=core'), {
      host: '::1',
      port: 7000,
      tls: true,
      database: 3,
      username: 'a b',
      team: 'core',
    });
  });

  it('never holds a password, and the fault does not repeat it', () => {
    for (const url of ['redis://:hunter2@host', 'redis://ada:hunter2@host/0?team=x']) {
      assert.equal(redisAddress(url), undefined);
      assert.match(redisAddressFault(url) ?? '', /password does not belong here/);
      assert.doesNotMatch(redisAddressFault(url) ?? '', /hunter2/);
    }
  });

  it('makes the name of a team of any text', () => {
    assert.deepEqual(
      ['my app', 'Ünï code', '../evil', '', '---', 'x'.repeat(100)].map((text) => teamNameFrom(text)),
      ['my-app', 'n-code', 'evil', 'team', 'team', 'x'.repeat(64)],
    );
    for (const text of ['my app', 'Ünï code', '']) {
      assert.ok(redisAddress(`redis://host?team=${teamNameFrom(text)}`));
    }
  });
});
