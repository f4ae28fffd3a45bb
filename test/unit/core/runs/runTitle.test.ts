import assert from 'node:assert/strict';
import { titleOf } from '../../../../src/core/runs/runTitle';

describe('the title of a run', () => {
  it('is the first line of the request', () => {
    assert.equal(titleOf('  Fix divide\nby zero '), 'Fix divide');
    assert.equal(titleOf(''), '');
  });

  it('is cut at a word where it is long', () => {
    const title = titleOf(`Fix ${'everything '.repeat(20)}`);
    assert.ok(title.length <= 80);
    assert.match(title, /everything…$/);
  });

  it('leaves out that it is a goal, but not whom it asks', () => {
    assert.equal(titleOf('/goal make divide safe'), 'make divide safe');
    assert.equal(titleOf('/goal\nmake divide safe'), 'make divide safe');
    assert.equal(titleOf('/goal'), '/goal');
    assert.equal(titleOf('/review #changes'), 'review #changes');
    assert.equal(titleOf('/reviewed'), '/reviewed');
    assert.equal(titleOf('@qa is this safe?'), '@qa is this safe?');
  });
});
