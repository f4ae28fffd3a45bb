import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compilePattern, isExternalTopic, topicFault } from '../../../../src/core/events/topicPattern';

const segment = fc.stringMatching(/^[a-z0-9_-]{1,6}$/);
const topic = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('.'));

/** The definition in the contract, read literally. */
function matchesByDefinition(pattern: string[], name: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return name.length === 0;
  if (name.length === 0) return false;
  if (first === '**') return rest.length === 0;
  return (first === '*' || first === name[0]) && matchesByDefinition(rest, name.slice(1));
}

describe('topic patterns', () => {
  const cases: [pattern: string, topic: string, matches: boolean][] = [
    ['task.completed', 'task.completed', true],
    ['task.completed', 'task.completedx', false],
    ['task.*', 'task.completed', true],
    ['task.*', 'task.completed.twice', false],
    ['task.*', 'task', false],
    ['*', 'task.completed', false],
    ['**', 'task.completed', true],
    ['task.**', 'task.completed', true],
    ['task.**', 'task', false],
    ['task.**', 'tasks.completed', false],
    ['*.failed', 'model.failed', true],
    ['*.failed', 'model.retrying', false],
    ['ext.*.done.**', 'ext.a.done.x.y', true],
    ['ext.*.done.**', 'ext.a.done', false],
  ];
  for (const [pattern, name, expected] of cases) {
    it(`${pattern} ${expected ? 'takes' : 'leaves'} ${name}`, () => {
      assert.equal(compilePattern(pattern)(name), expected);
    });
  }

  it('agrees with the definition for every pattern and topic', () => {
    const part = fc.oneof(segment, fc.constant('*'));
    const pattern = fc.tuple(fc.array(part, { maxLength: 4 }), fc.boolean()).map(([parts, open]) => {
      const all = open || parts.length === 0 ? [...parts, '**'] : parts;
      return all;
    });
    fc.assert(
      fc.property(pattern, topic, fc.array(fc.boolean(), { maxLength: 5 }), (parts, random, choices) => {
        // Half of the topics are made to fit, so that both answers occur.
        const names = random.split('.');
        const fitted = parts.flatMap((item, index) =>
          item === '*' || item === '**' ? [names[index % names.length] ?? 'x'] : [item],
        );
        const name = choices[0] ? fitted : names;
        assert.equal(compilePattern(parts.join('.'))(name.join('.')), matchesByDefinition(parts, name));
      }),
    );
  });

  for (const pattern of ['', '.', 'a..b', '**.a', 'a.**.b', 'a*', 'a.b*', 'a b.c', 'é.b', '***']) {
    it(`refuses the malformed pattern "${pattern}"`, () => {
      assert.throws(() => compilePattern(pattern), { name: 'TypeError', message: /malformed/ });
    });
  }
});

describe('topics', () => {
  for (const name of ['user.x', 'ext.acme.tools.done', 'a.b.c']) {
    it(`takes ${name}`, () => assert.equal(topicFault(name), undefined));
  }
  for (const name of [
    '',
    'user',
    'user.',
    '.user',
    'user..x',
    'user.*',
    'user.**',
    'user.a b',
    `user.${'x'.repeat(300)}`,
  ]) {
    it(`finds fault with "${name.slice(0, 20)}"`, () => assert.notEqual(topicFault(name), undefined));
  }
  it('leaves others user.** and ext.<extension id>.** only', () => {
    assert.deepEqual(
      ['user.x', 'ext.acme.tools.done', 'ext.acme.x', 'ext.x', 'run.started', 'users.x', 'task.user.x'].map(
        isExternalTopic,
      ),
      [true, true, true, false, false, false, false],
    );
  });
});
