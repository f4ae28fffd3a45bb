// The view `agentTeam.runs`: every run with its steps. Single rows are refreshed, and at most four times a second.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, VIEWS } from '../ids';
import { isActiveState } from './activeState';
import { changesRow, type ChangeRow } from './changeRows';
import { runContextValue, runRow, stepRows, type Row } from './runRows';
import type { RunsSource } from './runsSource';
import { changeWords, detailNames, runWords } from './runWords';

/** A row of the tree; commands of its menus get it, and read `runId`, and of changes `path` and `hunkId`. */
export interface RunNode {
  runId: string;
  /** Absent for the run itself. */
  step?: Row | ChangeRow;
  path?: string;
  hunkId?: string;
}

export const REFRESH_MS = 250;
/** How often durations of running runs are written anew. */
const TICK_MS = 1000;

export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<RunNode | RunNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** Run nodes keep their identity, so that a single one can be refreshed. */
  private readonly nodes = new Map<string, RunNode>();
  private readonly stale = new Set<string>();
  private timer: Disposable | undefined;
  private tick: Disposable | undefined;
  private view: Pick<vscode.TreeView<unknown>, 'visible'> | undefined;

  constructor(
    private readonly runs: RunsSource,
    private readonly clock: Clock,
  ) {
    this.owned.add(this.changed);
    this.owned.add(runs.onDidChange((runId) => this.runChanged(runId)));
  }

  /** Creates the view; it is disposed with the tree. */
  register(): void {
    this.attach(
      this.owned.add(vscode.window.createTreeView(VIEWS.runs, { treeDataProvider: this, showCollapseAll: true })),
    );
  }

  /** Follows the visibility of a view that shows this tree and that somebody else owns. */
  attach(view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>): void {
    this.view = view;
    this.owned.add(view.onDidChangeVisibility(() => this.keepTicking()));
    this.keepTicking();
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (!node) return this.runs.list().map(({ runId }) => this.nodeOf(runId));
    if (node.step) return node.step.children.map((step) => nodeBelow(node.runId, step));
    const view = await this.runs.load(node.runId);
    if (!view) return [];
    const changes = changesRow(view.runId, view.changes, changeWords());
    const rows = [...stepRows(view, this.clock.now(), runWords()), ...(changes ? [changes] : [])];
    return rows.map((step) => nodeBelow(node.runId, step));
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    return node.step ? stepItem(node.step, node) : this.runItem(node);
  }

  /** The tooltip is made when it is looked at. */
  async resolveTreeItem(item: vscode.TreeItem, node: RunNode): Promise<vscode.TreeItem> {
    if (node.step) {
      item.tooltip = tooltip(node.step);
      return item;
    }
    const summary = this.summaryOf(node.runId);
    const view = await this.runs.load(node.runId);
    if (summary) item.tooltip = tooltip(runRow(summary, view, this.clock.now(), runWords()));
    return item;
  }

  dispose(): void {
    this.timer?.dispose();
    this.tick?.dispose();
    this.owned.dispose();
  }

  private runItem(node: RunNode): vscode.TreeItem {
    const summary = this.summaryOf(node.runId);
    if (!summary) return new vscode.TreeItem(vscode.l10n.t('Deleted run'));
    const row = runRow(summary, this.runs.peek(node.runId), this.clock.now(), runWords());
    const item = itemOf(row, vscode.TreeItemCollapsibleState.Collapsed);
    item.contextValue = runContextValue(summary);
    item.command = { command: COMMANDS.openRun, title: vscode.l10n.t('Show run in chat'), arguments: [node] };
    return item;
  }

  private summaryOf(runId: string): ReturnType<RunsSource['list']>[number] | undefined {
    return this.runs.list().find((summary) => summary.runId === runId);
  }

  private nodeOf(runId: string): RunNode {
    const known = this.nodes.get(runId);
    if (known) return known;
    const node = { runId };
    this.nodes.set(runId, node);
    return node;
  }

  private runChanged(runId: string): void {
    this.stale.add(runId);
    this.timer ??= this.clock.after(REFRESH_MS, () => {
      this.timer = undefined;
      this.refresh();
    });
    this.keepTicking();
  }

  private refresh(): void {
    const stale = [...this.stale];
    this.stale.clear();
    const listed = new Set(this.runs.list().map(({ runId }) => runId));
    const known = stale.every((runId) => listed.has(runId) && this.nodes.has(runId));
    for (const runId of [...this.nodes.keys()]) if (!listed.has(runId)) this.nodes.delete(runId);
    // A run that came or went changes the list itself.
    this.changed.fire(known ? stale.map((runId) => this.nodeOf(runId)) : undefined);
  }

  private keepTicking(): void {
    if (this.tick || !this.view?.visible) return;
    const working = this.runs.list().filter(({ status }) => isActiveState(status));
    if (working.length === 0) return;
    this.tick = this.clock.after(TICK_MS, () => {
      this.tick = undefined;
      for (const { runId } of working) this.runChanged(runId);
    });
  }
}

function nodeBelow(runId: string, step: Row | ChangeRow): RunNode {
  return { runId, step, ...('target' in step && step.target) };
}

function stepItem(row: Row | ChangeRow, node: RunNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const isFile = node.path !== undefined;
  const item = itemOf(row, row.children.length === 0 ? None : isFile ? Collapsed : Expanded);
  item.contextValue = 'contextValue' in row ? row.contextValue : 'step';
  if (isFile && item.contextValue.endsWith('open')) {
    item.command = { command: COMMANDS.showChanges, title: vscode.l10n.t('Show change'), arguments: [node] };
  }
  return item;
}

function itemOf(row: Row, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(
    row.icon,
    row.colour === undefined ? undefined : new vscode.ThemeColor(row.colour),
  );
  item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
  return item;
}

function tooltip(row: Row): vscode.MarkdownString {
  const names = detailNames();
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(row.label).appendMarkdown('**\n\n');
  text.appendText(row.description);
  for (const [name, value] of row.details) {
    if (!value) continue;
    text.appendMarkdown(`\n\n${names[name] ?? name}: `).appendText(value);
  }
  return text;
}
