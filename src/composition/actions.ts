// Part of the composition root, loaded with the first command or turn that needs it: actions on code, health, VS Code's own chat and tools.
import * as vscode from 'vscode';
import { isFailure } from '../core/failure';
import type { DisposableStore } from '../core/disposable';
import type { LiveText } from '../core/runs/liveText';
import type { RunStore } from '../core/runs/runStore';
import { EditorActions } from '../vscode/actions/editorActions';
import { FixWatcher } from '../vscode/actions/fixWatcher';
import { findTestFacts } from '../vscode/actions/testFacts';
import { writeCommitMessage } from '../vscode/actions/commitMessage';
import { connectionChecks } from '../vscode/health/connectionChecks';
import { checkHealth, type HealthCheck } from '../vscode/health/health';
import { HealthPage } from '../vscode/health/healthPage';
import { teamChecks } from '../vscode/health/teamChecks';
import type { IssueFacts } from '../vscode/issue/issueReport';
import { reportIssue } from '../vscode/issue/reportIssue';
import { TeamParticipant } from '../vscode/nativeChat/teamParticipant';
import { reviewRuns } from '../vscode/review/reviewRuns';
import { reviewTitle } from '../vscode/review/reviewTitle';
import { TeamTools } from '../vscode/nativeChat/teamTools';
import { settingsProblemText } from '../vscode/settings/settingsProblemText';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { TeamModels } from './models';
import type { TeamStorage } from './storage';
import type { Team } from './team';
import type { TeamBackend } from './teamBackend';

export interface ActionsOptions {
  context: vscode.ExtensionContext;
  settings: VsCodeSettings;
  registry: AgentRegistry;
  store: RunStore;
  live: LiveText;
  models: TeamModels;
  team: Team;
  backend: Pick<TeamBackend, 'health'>;
  traceExport: Pick<TeamStorage['traceExport'], 'health'>;
  /** Brings the chat to the front with this run. */
  showRun: (runId: string) => Promise<void>;
  owned: DisposableStore;
}

export type TeamActions = ReturnType<typeof createActions>;

/** Reviews whose open findings the tool for other agents tells. */
const MAX_REVIEWS = 5;
/** Failures that a report of an issue counts. */
const RECENT_FAILURES = 200;

export function createActions(options: ActionsOptions) {
  const { context, settings, registry, store, live, models, team, owned } = options;
  const { engine, ground, runModels } = team;
  const { workspace } = ground;
  const isEnabled = (agent: string) => registry.isEnabled(agent);
  const uriOf = async (path: string) => {
    const location = await workspace.locate(path, AbortSignal.timeout(2_000));
    return isFailure(location) ? undefined : vscode.Uri.parse(location.uri, true);
  };
  const editor = new EditorActions({
    ask: (request, ask) => engine.ask(request, { ...ask, interactive: true }),
    showRun: options.showRun,
    isEnabled,
    testFacts: (uri) => findTestFacts(workspace, uri),
    fixes: owned.add(new FixWatcher(store)),
  });
  const checks = () => [
    ...teamChecks({
      selectModel: (signal) => models.directory.select('default', { interactive: true, signal }),
      ports: ground.ports,
      storage: context.globalStorageUri,
      settingsProblems: () => settings.problems().map((problem) => `${problem.key}: ${settingsProblemText(problem)}`),
    }),
    ...connectionChecks({ backend: options.backend.health, traceExport: options.traceExport.health }),
  ];
  const versions = () => ({
    'Agent Team': String((context.extension.packageJSON as { version?: unknown }).version),
    'VS Code': vscode.version,
    Node: process.version,
    [vscode.l10n.t('Platform')]: `${process.platform} ${process.arch}`,
  });
  const health = owned.add(new HealthPage({ extensionUri: context.extensionUri, checks, versions }));
  const issue = () =>
    reportIssue({ extension: context.extension, facts: () => issueFacts(options, versions(), checks()) });
  const participant = new TeamParticipant({
    ask: (request, ask) => engine.ask(request, { ...ask, interactive: true }),
    goal: (goal, items) => engine.goal(goal, { context: items, interactive: true }),
    review: (target, focus) =>
      engine.review(
        { target, ...(focus !== undefined && { focus }) },
        { interactive: true, title: reviewTitle(target) },
      ),
    wrapModel: (model) => models.wrapModel(model),
    useModel: (runId, model) => void runModels.set(runId, model),
    store,
    live,
    uriOf,
  });
  const tools = new TeamTools({
    ask: (request, agent) => engine.ask(request, { interactive: false, ...(agent !== undefined && { agent }) }),
    goal: (goal) => engine.goal(goal, { interactive: false }),
    review: (target) => engine.review({ target }, { interactive: false, title: reviewTitle(target) }),
    findings: async () => {
      const reviews = reviewRuns(store.list(), context.workspaceState);
      const views = await Promise.all(reviews.slice(0, MAX_REVIEWS).map(({ runId }) => store.get(runId)));
      const open = views.flatMap((view) => view?.findings ?? []).filter(({ status }) => status === 'open');
      return [...new Map(open.map((finding) => [finding.id, finding])).values()];
    },
    uriOf,
  });
  const commitMessage = (args: unknown[]) =>
    writeCommitMessage(args, {
      ask: (request, agent) => engine.ask(request, { interactive: true, ...(agent !== undefined && { agent }) }),
      isEnabled,
    });
  return { editor, health, issue, participant, tools, commitMessage };
}

/** What a report of an issue may know; it asks no model. */
async function issueFacts(
  { settings, store, models, team }: ActionsOptions,
  versions: Readonly<Record<string, string>>,
  checks: readonly HealthCheck[],
): Promise<IssueFacts> {
  const [checked, failed] = await Promise.all([
    checkHealth(checks.filter(({ asksModel }) => asksModel !== true)),
    team.api.events.history({ pattern: '*.failed', limit: RECENT_FAILURES }),
  ]);
  const model = models.directory.current();
  return {
    versions,
    settings: settings.current(),
    badSettings: settings.problems().map(({ key }) => key),
    ...(model?.kind === 'selected' && {
      model: { endpoint: model.id.endpoint, isLanguageModel: model.isLanguageModel },
    }),
    ...(model?.kind === 'failed' && { model: { failed: model.failure.reason } }),
    health: checked.map(({ title, result }) => ({ title, state: result.state })),
    runs: store.list(),
    failures: failed.map(({ topic, payload }) => ({ topic, reason: reasonIn(payload) })),
  };
}

function reasonIn(payload: unknown): string {
  const { error, reason } = payload as { error?: { reason?: unknown }; reason?: unknown };
  return String(error?.reason ?? reason);
}
