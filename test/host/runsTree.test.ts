// The runs tree in a real VS Code: what its items say, that they keep their identity, and that only what changed is drawn anew.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunView } from '../../src/core/runs/runView';
import { PAGE_SIZE, REFRESH_MS, RunsTree } from '../../src/vscode/runs/runsTree';
import type { RunNode } from '../../src/vscode/runs/treeNodes';
import { InMemoryRuns } from '../support/inMemoryRuns';
import { ManualClock } from '../support/manualClock';
import { runView, taskView } from '../support/runViews';

const STARTED = '2026-01-05T10:42:00.000Z';

describe('the runs tree in a real VS Code', () => {
  let runs: InMemoryRuns;
  let clock: ManualClock;
  let tree: RunsTree;
  let view: FakeView;
  let fired: (RunNode | RunNode[] | undefined)[];

  beforeEach(() => {
    runs = new InMemoryRuns();
    clock = new ManualClock(Date.parse(STARTED) + 60_000);
    tree = new RunsTree(runs, clock);
    view = new FakeView();
    tree.attach(view);
    fired = [];
    tree.onDidChangeTreeData((nodes) => fired.push(nodes));
  });
  afterEach(() => {
    tree.dispose();
    view.dispose();
  });

  const goal = (change: Partial<RunView> = {}) =>
    runs.put('goal', {
      kind: 'goal',
      title: 'Add validation',
      status: 'running',
      agent: 'supervisor',
      startedAt: STARTED,
      tasks: [
        taskView('look', { status: 'completed', attempts: 1, text: 'found', startedAt: STARTED, endedAt: STARTED }),
        taskView('build', { status: 'running', attempts: 1, startedAt: STARTED, dependencies: ['look'] }),
        taskView('write', { status: 'blocked', dependencies: ['build'] }),
      ],
      ...change,
    });
  const top = () => tree.getChildren();
  const first = async () => (await top())[0] ?? assert.fail('no run');
  const task = async (id: string) => {
    const nodes = await tree.getChildren(await first());
    return nodes.find(({ taskId }) => taskId === id) ?? assert.fail(`no task ${id}`);
  };
  const icon = (item: vscode.TreeItem) => (item.iconPath as vscode.ThemeIcon).id;
  const tooltip = (item: vscode.TreeItem) => (item.tooltip as vscode.MarkdownString).value.replaceAll('&nbsp;', ' ');
  const change = (id: string, next: Partial<RunView['tasks'][number]>) => {
    const { tasks } = runs.peek('goal') ?? goal();
    goal({ tasks: tasks.map((one) => (one.id === id ? { ...one, ...next } : one)) });
  };

  it('shows a goal opened, with what a person and a screen reader need', async () => {
    goal();
    const item = tree.getTreeItem(await first());
    assert.equal(item.label, 'Add validation');
    assert.match(String(item.description), /^goal · 1 of 3 · 1 m 0 s/);
    assert.match(item.accessibilityInformation?.label ?? '', /^Add validation, goal, 1 of 3, 1 m 0 s/);
    assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    assert.match(item.contextValue ?? '', /^run goal active running/);
    const items = (await tree.getChildren(await first())).map((node) => tree.getTreeItem(node));
    assert.deepEqual(
      items.map((one) => [one.label, one.description, icon(one)]),
      [
        ['Do look', 'dev · done · 0 ms', 'pass'],
        ['Do build', 'dev · running · 1 m 0 s', 'loading~spin'],
        ['Do write', 'waits for Do build', 'circle-outline'],
      ],
    );
  });

  it('offers in a task’s menu what can be done, and nothing for a run of another window', async () => {
    goal();
    assert.equal(tree.getTreeItem(await task('build')).contextValue, 'task running stoppable');
    assert.equal(tree.getTreeItem(await task('look')).contextValue, 'task completed settled result');
    runs.elsewhere.add('goal');
    assert.equal(tree.getTreeItem(await task('build')).contextValue, 'task running settled');
    assert.match(tree.getTreeItem(await first()).contextValue ?? '', /^run goal elsewhere running/);
  });

  it('leaves room for what it says beside a long title', async () => {
    goal({ title: 'Add input validation to every route of the shop, with tests and documentation' });
    const item = tree.getTreeItem(await first());
    assert.equal(item.label, 'Add input validation to every route of…');
    assert.match(item.accessibilityInformation?.label ?? '', /with tests and documentation, goal/);
  });

  it('draws one task anew for one that changed, at most every quarter of a second', async () => {
    goal();
    const build = await task('build');
    for (let count = 0; count < 50; count += 1) {
      change('build', { activities: [{ id: '1', kind: 'tool', name: `tool_${count}`, title: '' }] });
    }
    assert.deepEqual(fired, []);
    await clock.advance(REFRESH_MS);
    assert.deepEqual(fired, [[build]]);
    assert.match(String(tree.getTreeItem(build).description), /tool_49$/);
  });

  it('keeps nodes, so that selection and expansion stay', async () => {
    goal();
    const before = await task('write');
    change('build', { status: 'completed', text: 'built' });
    await clock.advance(REFRESH_MS);
    assert.equal(await task('write'), before);
    assert.equal(tree.getParent(before), await first());
    assert.equal(tree.getTreeItem(before).id, 'goal/task/write');
  });

  it('draws the run anew when a row comes, and the list when a run comes or goes', async () => {
    goal();
    const run = await first();
    await task('build');
    goal({
      changes: [{ runId: 'goal', path: 'a.ts', kind: 'create', status: 'proposed', added: 1, removed: 0, hunks: [] }],
    });
    await clock.advance(REFRESH_MS);
    assert.deepEqual(fired.pop(), [run]);
    runs.put('other', { startedAt: '2026-01-05T10:00:00.000Z' });
    await clock.advance(REFRESH_MS);
    assert.equal(fired.pop(), undefined);
    assert.equal((await top()).length, 2);
    runs.remove('other');
    await clock.advance(REFRESH_MS);
    assert.equal(fired.pop(), undefined);
    assert.deepEqual(await top(), [run]);
  });

  it('counts on every second while it can be seen, and not at all otherwise', async () => {
    goal();
    await task('build');
    await clock.advance(REFRESH_MS);
    fired.length = 0;
    await clock.advance(1000 + REFRESH_MS);
    assert.equal(fired.length, 1);
    view.hide();
    await clock.advance(1000 + REFRESH_MS);
    fired.length = 0;
    await clock.advance(10_000);
    assert.deepEqual(fired, []);
  });

  it('says everything in the tooltip, and reads a run for it that is on disk', async () => {
    goal({ request: 'Add validation to the API' });
    runs.onDisk.add('goal');
    const node = await first();
    const item = await tree.resolveTreeItem(tree.getTreeItem(node), node);
    assert.match(tooltip(item), /Request: Add validation to the API/);
    const build = await task('build');
    const tip = await tree.resolveTreeItem(tree.getTreeItem(build), build);
    assert.match(tooltip(tip), /Needs the results of: Do look/);
  });

  it('lists what passes the filter, and says so when that is nothing', async () => {
    goal();
    runs.put('done', { startedAt: '2026-01-05T10:00:00.000Z' });
    tree.setFilter('goals', 'Goals');
    assert.deepEqual(
      (await top()).map(({ runId }) => runId),
      ['goal'],
    );
    assert.equal(view.description, 'Goals');
    tree.setFilter('unfinished', 'Not completed');
    assert.deepEqual([await top(), view.message], [[], 'No run matches the filter.']);
    tree.setFilter('all', '');
    assert.deepEqual([(await top()).length, view.message], [2, '']);
  });

  it('lists 10,000 runs page by page', async () => {
    const startedAt = (count: number) => new Date(Date.parse(STARTED) - count * 1000).toISOString();
    const filledFrom = performance.now();
    runs.fill(
      Array.from({ length: 10_000 }, (_, count) => runView({ runId: `run-${count}`, startedAt: startedAt(count) })),
    );
    const began = performance.now();
    const page = await top();
    const items = page.map((node) => tree.getTreeItem(node));
    const tookMs = performance.now() - began;
    // What making the runs took is the measure of this machine.
    assert.ok(tookMs < Math.max(1000, 5 * (began - filledFrom)), `${tookMs} ms`);
    assert.equal(page.length, PAGE_SIZE + 1);
    assert.deepEqual([items.at(-1)?.label, items.at(-1)?.description], ['Show older runs', '9800 more']);
    assert.equal(items.at(-1)?.command?.command, 'agentTeam.showMoreRuns');
    tree.showMore();
    assert.equal((await top()).length, 2 * PAGE_SIZE + 1);
  });

  it('writes the row of a run with 1,000 tasks anew only now and then, since all its rows come with it', async () => {
    const tasks = Array.from({ length: 1000 }, (_, index) => taskView(`t${index}`, { status: 'running', attempts: 1 }));
    goal({ tasks });
    await tree.getChildren(await first());
    await clock.advance(REFRESH_MS);
    fired.length = 0;
    await clock.advance(20_000);
    const run = await first();
    const full = fired.filter((nodes) => Array.isArray(nodes) && nodes.includes(run)).length;
    assert.ok(full >= 3 && full <= 5, `${full} times in 20 seconds`);
  });

  it('forgets what is below a row that was closed', async () => {
    goal();
    const run = await first();
    await task('build');
    view.collapse(run);
    change('build', { activities: [{ id: '1', kind: 'tool', name: 'read_file', title: '' }] });
    await clock.advance(REFRESH_MS);
    assert.deepEqual(fired, []);
  });
});

/** What the tree sees of VS Code's view. */
class FakeView {
  visible = true;
  message = '';
  description = '';
  private readonly visibility = new vscode.EventEmitter<vscode.TreeViewVisibilityChangeEvent>();
  private readonly collapsed = new vscode.EventEmitter<vscode.TreeViewExpansionEvent<unknown>>();
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidCollapseElement = this.collapsed.event;

  hide(): void {
    this.visible = false;
    this.visibility.fire({ visible: false });
  }

  collapse(element: unknown): void {
    this.collapsed.fire({ element });
  }

  dispose(): void {
    this.visibility.dispose();
    this.collapsed.dispose();
  }
}
