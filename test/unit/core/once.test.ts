import assert from 'node:assert/strict';
import { once } from '../../../src/core/once';

describe('once', () => {
  it('makes the value at the first call only', () => {
    let calls = 0;
    const value = once(() => ({ call: (calls += 1) }));
    assert.equal(calls, 0);
    assert.equal(value(), value());
    assert.equal(calls, 1);
  });

  it('can be asked whether it has the value without making it', () => {
    const value = once(() => 'made');
    assert.equal(value.peek(), undefined);
    value();
    assert.equal(value.peek(), 'made');
  });

  it('keeps a value that is undefined', () => {
    let calls = 0;
    const value = once(() => {
      calls += 1;
      return undefined;
    });
    value();
    value();
    assert.equal(calls, 1);
  });

  it('tries again after a throw', () => {
    let calls = 0;
    const value = once(() => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return calls;
    });
    assert.throws(value, /not yet/);
    assert.equal(value(), 2);
  });

  it('gives all callers one promise, and tries again after a rejection', async () => {
    let calls = 0;
    const value = once(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(calls);
    });
    const first = value();
    assert.equal(value(), first);
    await assert.rejects(first, /not yet/);
    assert.equal(await value(), 2);
  });
});
