// The view `agentTeam.agents`: each agent's state now, its figures and what it reacts to. Drawn anew at most four times a second.
import * as vscode from 'vscode';
import type { EventEnvelope, RunSummary } from '../../api';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { BreakerInfo } from '../../core/resilience/breakerRegistry';
import { READY_MADE } from '../../core/reactions/readyMade';
import type { ConsentState } from '../../core/reactions/reactionConsent';
import type { ReactionView } from '../../core/reactions/reactionView';
import type { AgentFigures } from '../../core/runs/agentFigures';
import type { RunView } from '../../core/runs/runView';
import { COMMANDS } from '../ids';
import { isActiveState } from '../runs/activeState';
import { agentRow, importRow, type AgentNow, type AgentRow } from './agentRows';
import { agentWords } from './agentWords';

export interface AgentsTreeOptions {
  registry: AgentRegistry;
  runs: {
    list(): readonly RunSummary[];
    peek(runId: string): RunView | undefined;
    onDidChange(handler: (runId: string, event?: EventEnvelope) => void): Disposable;
  };
  figures: AgentFigures;
  breakers: () => readonly BreakerInfo[];
  reactions: () => readonly ReactionView[];
  /** Undefined while no agent reacts. */
  consent: () => ConsentState | undefined;
  readyMade: () => ReadonlySet<string>;
  /** Files of other tools from which agents could be imported. */
  imports: { waiting(): readonly string[]; onDidChange: vscode.Event<void> };
  /** Agents, reactions, breakers or settings changed. */
  onDidChange: vscode.Event<void>;
  clock: Clock;
}

const REFRESH_MS = 250;
/** How often times of running agents are written anew. */
const TICK_MS = 1000;

export class AgentsTree implements vscode.TreeDataProvider<AgentRow>, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<AgentRow | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly words = agentWords();
  private view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility' | 'message'> | undefined;
  private timer: Disposable | undefined;
  private tick: Disposable | undefined;
  private drawn = '';

  constructor(private readonly options: AgentsTreeOptions) {
    const { runs, figures, imports, onDidChange } = options;
    const touch = () => this.touch();
    this.owned.add(this.changed);
    this.owned.add(runs.onDidChange(touch));
    this.owned.add(figures.onDidChange(touch));
    this.owned.add(onDidChange(touch));
    this.owned.add(imports.onDidChange(touch));
  }

  /** Follows a view that shows this tree and that somebody else owns. */
  attach(view: vscode.TreeView<unknown>): void {
    this.view = view;
    this.owned.add(view.onDidChangeVisibility(() => this.touch()));
    this.showMessage();
  }

  getChildren(row?: AgentRow): AgentRow[] {
    // A person chose it, say the arguments of commands.
    return (row ? (row.children ?? []) : this.rows()).map((each) => ({ ...each, fromTree: true as const }));
  }

  getTreeItem(row: AgentRow): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = row.children === undefined || row.children.length === 0 ? None : row.isOpen ? Expanded : Collapsed;
    const item = new vscode.TreeItem(row.label, state);
    item.id = row.id;
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(
      row.icon,
      row.colour === undefined ? undefined : new vscode.ThemeColor(row.colour),
    );
    item.contextValue = row.contextValue;
    item.tooltip = [row.label, row.description, row.tooltip].filter(Boolean).join('\n');
    item.accessibilityInformation = { label: [row.label, ...row.description.split(' · ')].filter(Boolean).join(', ') };
    const command = commandOf(row);
    if (command) item.command = command;
    return item;
  }

  dispose(): void {
    this.timer?.dispose();
    this.tick?.dispose();
    this.owned.dispose();
  }

  private rows(): AgentRow[] {
    const { registry } = this.options;
    const runs = this.options.runs.list().filter(({ status }) => isActiveState(status));
    const agents = registry.list().map((spec) => agentRow(this.now(spec, runs), this.words));
    const rows = [...agents, ...importRow(this.options.imports.waiting(), this.words)];
    this.drawn = JSON.stringify(rows);
    this.keepTicking(runs.length > 0);
    return rows;
  }

  private now(spec: AgentSpec, active: readonly RunSummary[]): AgentNow {
    const { registry, figures, breakers, reactions, readyMade, clock } = this.options;
    const { name } = spec;
    const breaker = breakers().find((info) => info.scope === 'agent' && info.name === name);
    const on = readyMade();
    const isEnabled = registry.isEnabled(name);
    return {
      spec,
      isEnabled,
      isPaused: registry.isPaused(name),
      promptVersion: registry.promptVersion(spec),
      breaker: { state: breaker?.state ?? 'closed', failures: breaker?.failures ?? 0 },
      figure: figures.byAgent().find((figure) => figure.agent === name),
      runs: active.filter((run) => this.worksOn(run, name)),
      reactions: reactions().filter(({ agent }) => agent === name),
      offered: isEnabled ? READY_MADE.filter(({ id, agent }) => agent === name && !on.has(id)) : [],
      nowMs: clock.now(),
    };
  }

  /** In a goal several agents work at once, each for its task. */
  private worksOn(run: RunSummary, agent: string): boolean {
    const view = this.options.runs.peek(run.runId);
    if (!view) return run.agent === agent;
    return view.steps.some((step) => step.kind === 'agent' && step.agent === agent && step.status === 'running');
  }

  private touch(): void {
    if (this.view && !this.view.visible) return;
    this.timer ??= this.options.clock.after(REFRESH_MS, () => {
      this.timer = undefined;
      this.showMessage();
      const before = this.drawn;
      this.rows();
      if (this.drawn !== before) this.changed.fire(undefined);
    });
  }

  private showMessage(): void {
    if (!this.view) return;
    const consent = this.options.consent();
    if (consent === 'denied') this.view.message = vscode.l10n.t('Agents may not work by themselves in this workspace.');
    else if (consent === 'unanswered') {
      this.view.message = vscode.l10n.t('Agents wait for your permission to work by themselves.');
    } else delete this.view.message;
  }

  private keepTicking(isWorking: boolean): void {
    this.tick?.dispose();
    this.tick = undefined;
    if (!isWorking || !this.view?.visible) return;
    this.tick = this.options.clock.after(TICK_MS, () => this.touch());
  }
}

function commandOf(row: AgentRow): vscode.Command | undefined {
  if (row.contextValue === 'working') {
    return { command: COMMANDS.openRun, title: vscode.l10n.t('Show run in chat'), arguments: [{ runId: row.runId }] };
  }
  if (row.contextValue === 'prompt') {
    return { command: COMMANDS.showPrompt, title: vscode.l10n.t('Show prompt'), arguments: [{ agent: row.agent }] };
  }
  if (row.contextValue === 'import') return { command: COMMANDS.importAgents, title: row.label };
  return undefined;
}
