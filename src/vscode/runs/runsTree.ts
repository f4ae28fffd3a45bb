// The view `agentTeam.runs`: every run with its plan, tasks, steps, changes and findings. Rows are refreshed one by one, at most four
// times a second, and only where they look different than before.
import * as vscode from 'vscode';
import type { RunSummary } from '../../api';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isActiveState } from './activeState';
import type { Row } from './row';
import { rowsBelowRun, type TreeWords } from './rowsBelow';
import { runRow } from './runRows';
import { passes, type RunsFilter } from './runsFilter';
import type { RunsSource } from './runsSource';
import { treeWords } from './runWords';
import { describeItem, fillItem } from './treeItems';
import { TreeNodes, type RunNode } from './treeNodes';

export const REFRESH_MS = 250;
/** How often durations of running runs are written anew. */
const TICK_MS = 1000;
/** Runs listed at first, and with each step further. */
export const PAGE_SIZE = 200;
/** A run with more rows than this is written anew less often itself, since VS Code asks for all of them with it. */
const MANY_ROWS = 100;
const LARGE_RUN_MS = 5000;
/** The row at the end of a list that goes on. */
const MORE_ID = 'more-runs';

type TreeView = Pick<
  vscode.TreeView<unknown>,
  'visible' | 'onDidChangeVisibility' | 'onDidCollapseElement' | 'message' | 'description'
>;

export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<RunNode | RunNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly nodes = new TreeNodes();
  private readonly words: TreeWords = treeWords();
  private readonly stale = new Set<string>();
  /** When the row of a large run was drawn last. */
  private readonly drawn = new Map<string, number>();
  private readonly timers = new Map<'refresh' | 'tick', Disposable>();
  private view: TreeView | undefined;
  private filter: RunsFilter = 'all';
  private limit = PAGE_SIZE;

  constructor(
    private readonly runs: RunsSource,
    private readonly clock: Clock,
  ) {
    this.owned.add(this.changed);
    this.owned.add(runs.onDidChange((runId) => this.runChanged(runId)));
  }

  /** Follows a view that shows this tree and that somebody else owns. */
  attach(view: TreeView): void {
    this.view = view;
    this.owned.add(view.onDidChangeVisibility(() => this.keepTicking()));
    this.owned.add(view.onDidCollapseElement(({ element }) => this.nodes.close(element as RunNode)));
    this.keepTicking();
  }

  get filtered(): RunsFilter {
    return this.filter;
  }

  /** Lists other runs; `name` says in the view's title which, and is empty for all. */
  setFilter(filter: RunsFilter, name: string): void {
    this.filter = filter;
    this.limit = PAGE_SIZE;
    if (this.view) this.view.description = name;
    this.redraw();
  }

  /** Lists one page more of older runs. */
  showMore(): void {
    this.limit += PAGE_SIZE;
    this.redraw();
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (!node) return this.firstLevel();
    const { runId } = node;
    const view = await this.runs.load(runId);
    if (!view) return [];
    const rows = rowsOf(node, rowsBelowRun(view, this.at(runId)));
    return this.nodes.place(node, rows, () => runId);
  }

  getParent(node: RunNode): RunNode | undefined {
    return node.parent;
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const row = this.nodes.row(node);
    return row ? fillItem(row, node) : new vscode.TreeItem(vscode.l10n.t('Deleted run'));
  }

  /** The tooltip is made when it is looked at. */
  async resolveTreeItem(item: vscode.TreeItem, node: RunNode): Promise<vscode.TreeItem> {
    if (!node.parent && node.id !== MORE_ID) await this.runs.load(node.runId);
    const row = node.parent ? this.nodes.row(node) : (this.runRowOf(node.runId) ?? this.nodes.row(node));
    if (row) item.tooltip = describeItem(row);
    return item;
  }

  dispose(): void {
    for (const timer of this.timers.values()) timer.dispose();
    this.owned.dispose();
  }

  private firstLevel(): RunNode[] {
    const { shown, rest } = this.listed();
    if (this.view) {
      const isEmpty = shown.length === 0 && this.filter !== 'all' && this.runs.list().length > 0;
      this.view.message = isEmpty ? vscode.l10n.t('No run matches the filter.') : '';
    }
    const rows = shown.map((summary) => this.rowOf(summary));
    if (rest > 0) rows.push(moreRow(rest));
    return this.nodes.place(undefined, rows, ({ id }) => id);
  }

  private listed(): { shown: RunSummary[]; rest: number } {
    const all = this.runs.list().filter((summary) => passes(summary, this.filter));
    return { shown: all.slice(0, this.limit), rest: Math.max(0, all.length - this.limit) };
  }

  private rowOf(summary: RunSummary): Row {
    const { runId } = summary;
    const run = { summary, view: this.runs.peek(runId), isHere: this.runs.isHere(runId) };
    return { ...runRow(run, this.clock.now(), this.words.run), children: () => [] };
  }

  private runRowOf(runId: string): Row | undefined {
    const summary = this.runs.list().find((candidate) => candidate.runId === runId);
    return summary && this.rowOf(summary);
  }

  private at(runId: string) {
    return { now: this.clock.now(), isHere: this.runs.isHere(runId), words: this.words };
  }

  private redraw(): void {
    this.nodes.clear();
    this.changed.fire(undefined);
  }

  private runChanged(runId: string): void {
    this.stale.add(runId);
    this.after('refresh', REFRESH_MS, () => this.refresh());
    this.keepTicking();
  }

  private after(name: 'refresh' | 'tick', delayMs: number, callback: () => void): void {
    if (this.timers.has(name)) return;
    const timer = this.clock.after(delayMs, () => {
      this.timers.delete(name);
      callback();
    });
    this.timers.set(name, timer);
  }

  private refresh(): void {
    const stale = new Set(this.stale);
    this.stale.clear();
    const { shown, rest } = this.listed();
    const ids = shown.map(({ runId }) => runId);
    // A run that came or went changes the list itself.
    if (!this.nodes.shows(rest > 0 ? [...ids, MORE_ID] : ids)) {
      this.changed.fire(undefined);
      return;
    }
    const changed = shown.filter(({ runId }) => stale.has(runId)).flatMap((summary) => this.refreshRun(summary));
    if (changed.length > 0) this.changed.fire(changed);
  }

  private refreshRun(summary: RunSummary): RunNode[] {
    const node = this.nodes.node(summary.runId);
    if (!node) return [];
    const view = this.runs.peek(summary.runId);
    const isOpen = this.nodes.countBelow(node) !== undefined;
    const before = this.nodes.row(node);
    const row = this.rowOf(summary);
    // Rows of a run that has to be read again come with the run.
    if (isOpen && !view) return [node];
    const below = view && isOpen ? this.nodes.updateBelow(node, rowsBelowRun(view, this.at(summary.runId))) : [];
    if (below.includes(node) || !this.nodes.update(node, row)) return below;
    if (this.isDrawnOften(node, before, row)) return below;
    this.drawn.set(node.id, this.clock.now());
    return [node, ...below];
  }

  /** True for a large run that only counts on. */
  private isDrawnOften(node: RunNode, before: Row | undefined, row: Row): boolean {
    if ((this.nodes.countBelow(node) ?? 0) < MANY_ROWS || before?.contextValue !== row.contextValue) return false;
    return this.clock.now() - (this.drawn.get(node.id) ?? 0) < LARGE_RUN_MS;
  }

  private keepTicking(): void {
    if (this.timers.has('tick') || !this.view?.visible) return;
    const working = this.runs.list().filter(({ status }) => isActiveState(status));
    if (working.length === 0) return;
    this.after('tick', TICK_MS, () => {
      for (const { runId } of working) this.runChanged(runId);
    });
  }
}

/** The rows below `node`, found from the run down: they may be others than when the node was made. */
function rowsOf(node: RunNode, belowRun: Row[]): Row[] {
  if (!node.parent) return belowRun;
  const row = rowsOf(node.parent, belowRun).find(({ id }) => id === node.id);
  return row?.children?.() ?? [];
}

function moreRow(rest: number): Row {
  return {
    id: MORE_ID,
    label: vscode.l10n.t('Show older runs'),
    description: vscode.l10n.t('{0} more', rest),
    icon: 'ellipsis',
    details: [],
    contextValue: 'more-runs',
  };
}
