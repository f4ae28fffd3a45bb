import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TaskState } from '../../../../src/api';
import { inOrder, waitsFor } from '../../../../src/core/runs/taskOrder';

const task = (id: string, dependencies: string[] = [], status: TaskState = 'pending') => ({ id, dependencies, status });
const ids = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id).join(' ');

describe('the order of tasks', () => {
  it('keeps a plan that stands in order', () => {
    assert.equal(ids(inOrder([task('a'), task('b', ['a']), task('c'), task('d', ['b', 'c'])])), 'a b c d');
  });

  it('puts dependencies first', () => {
    assert.equal(ids(inOrder([task('c', ['b']), task('b', ['a']), task('a'), task('d')])), 'a b c d');
  });

  it('lives with unknown dependencies, repeated ones and cycles', () => {
    const tasks = [task('x', ['y']), task('y', ['x']), task('a', ['gone']), task('b', ['a', 'a'])];
    assert.equal(ids(inOrder(tasks)), 'a b x y');
  });

  it('holds for every graph without cycles, whatever the order of its plan', () => {
    const graph = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 20 }).chain((links) => {
      const tasks = links.map((link, index) =>
        task(
          `t${index}`,
          link.filter((to) => to < index).map((to) => `t${to}`),
        ),
      );
      return fc.shuffledSubarray(tasks, { minLength: tasks.length });
    });
    fc.assert(
      fc.property(graph, (tasks) => {
        const ordered = inOrder(tasks);
        assert.deepEqual(new Set(ordered), new Set(tasks));
        const seen = new Set<string>();
        for (const { id, dependencies } of ordered) {
          assert.ok(dependencies.every((dependency) => seen.has(dependency)));
          seen.add(id);
        }
      }),
    );
  });

  it('orders a chain of thousands that was planned backwards without overflowing', () => {
    const count = 5000;
    const tasks = Array.from({ length: count }, (_, index) =>
      task(`t${index}`, index + 1 < count ? [`t${index + 1}`] : []),
    );
    assert.equal(inOrder(tasks)[0]?.id, `t${count - 1}`);
  });

  it('says what a blocked task waits for, and nothing of others', () => {
    const all = [task('a', [], 'completed'), task('b', [], 'running'), task('c', ['a', 'b', 'gone'], 'blocked')];
    const byId = new Map(all.map((one) => [one.id, one]));
    assert.equal(ids(waitsFor(all[2] ?? assert.fail(), byId)), 'b');
    assert.equal(ids(waitsFor(task('d', ['b'], 'skipped'), byId)), '');
  });
});
