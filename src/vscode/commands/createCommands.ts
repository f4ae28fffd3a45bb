// Every contributed command with its handler; errors are shown in one place, and handed on to callers that passed arguments.
import * as vscode from 'vscode';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { ChangeReview } from '../../core/changes/changeReview';
import type { TeamEngine } from '../../core/engine/teamEngine';
import type { BreakerRegistry } from '../../core/resilience/breakerRegistry';
import type { RunStore } from '../../core/runs/runStore';
import type { EditorActions } from '../actions/editorActions';
import type { AgentCommands } from '../agents/agentCommands';
import type { AgentImport } from '../agents/import/agentImport';
import type { AgentToolsCommand } from '../agents/agentToolsCommand';
import type { AgentControl } from '../agents/agentControl';
import type { ApprovalCommands } from '../approvals/approvalCommands';
import type { ChangeCommands } from '../changes/changeCommands';
import type { ChatController } from '../chat/chatController';
import type { ChatViewProvider } from '../chat/chatViewProvider';
import type { HealthPage } from '../health/healthPage';
import { GoalCommands } from '../goals/goalCommands';
import type { PlanDesk } from '../goals/planDesk';
import { COMMANDS, WALKTHROUGH, type CommandId } from '../ids';
import type { MemoryCommands } from '../memory/memoryCommands';
import type { ReviewCommands } from '../review/reviewCommands';
import type { ReportCommands } from '../report/reportCommands';
import type { ModelCommands } from '../models/modelCommands';
import type { TraceFileCommands } from '../trace/traceFileCommands';
import { RunTreeCommands } from '../runs/runTreeCommands';
import type { RunsTree } from '../runs/runsTree';
import { AskCommands } from './askCommands';
import { isFromPerson } from '../edge/commandArguments';
import { BreakerCommands } from './breakerCommands';
import { RunCommands } from './runCommands';
import { showError } from '../edge/showError';
import { TraceCommands, type TraceCommandsOptions } from './traceCommands';

export interface CommandsOptions {
  engine: TeamEngine;
  store: RunStore;
  registry: AgentRegistry;
  agents: AgentCommands;
  agentTools: AgentToolsCommand;
  agentImport: () => Promise<AgentImport>;
  agentControl: AgentControl;
  models: { commands: ModelCommands; breakers: BreakerRegistry };
  approvals: ApprovalCommands;
  plans: PlanDesk;
  chat: { controller: ChatController; view: ChatViewProvider };
  changes: ChangeCommands;
  memory: () => Promise<MemoryCommands>;
  review: () => Promise<ReviewCommands>;
  /** Actions on code and the health page; loaded at their first use. */
  actions: () => Promise<EditorSide>;
  traceFiles: TraceFileCommands;
  changeSets: ChangeReview;
  runsTree: () => Promise<RunsTree>;
  openTrace: TraceCommandsOptions['open'];
  report: () => Promise<ReportCommands>;
  log: vscode.LogOutputChannel;
}

/** The part of the actions' room that commands need. */
export interface EditorSide {
  editor: EditorActions;
  health: HealthPage;
  /** Reports an issue. */
  issue(): Promise<string>;
  commitMessage(args: unknown[]): Promise<string | undefined>;
}

type Handler = (args: unknown[]) => unknown;

export interface Commands {
  run(command: CommandId, args: unknown[]): Promise<unknown>;
}

export function createCommands(options: CommandsOptions): Commands {
  const handlers = createHandlers(options);
  return {
    run: async (command, args) => {
      try {
        return await handlers[command](args);
      } catch (error) {
        options.log.warn(`${command}: ${error instanceof Error ? error.message : String(error)}`);
        if (!isFromPerson(args[0])) throw error;
        showError(error);
        return undefined;
      }
    },
  };
}

function createHandlers(options: CommandsOptions): Record<CommandId, Handler> {
  const { engine, store, registry, models, chat, log } = options;
  const ask = new AskCommands({
    ask: (request, rest) => engine.ask(request, { ...rest, interactive: true }),
    goal: (goal, context) => engine.goal(goal, { context, interactive: true }),
    showRun: async (runId) => {
      await chat.view.reveal();
      await chat.controller.showRun(runId);
    },
    isEnabled: (agent) => registry.isAvailable(agent),
  });
  const runs = new RunCommands({ engine, store });
  const tree = new RunTreeCommands({ store, changes: options.changeSets, tree: options.runsTree });
  const traces = new TraceCommands({ open: options.openTrace, runs: store });
  const goals = new GoalCommands({ engine, store, plans: options.plans });
  const breakers = new BreakerCommands(models.breakers, registry);
  return {
    [COMMANDS.ask]: (args) => ask.ask(args),
    [COMMANDS.routeSelection]: (args) => ask.routeSelection(args),
    [COMMANDS.explainSelection]: () => ask.explainSelection(),
    [COMMANDS.documentSelection]: async () => (await options.actions()).editor.documentSelection(),
    [COMMANDS.generateTests]: async () => (await options.actions()).editor.generateTests(),
    [COMMANDS.fixDiagnostics]: async (args) => (await options.actions()).editor.fixDiagnostics(args),
    [COMMANDS.askAboutProblem]: async (args) => (await options.actions()).editor.askAboutProblem(args),
    [COMMANDS.writeCommitMessage]: async (args) => (await options.actions()).commitMessage(args),
    [COMMANDS.diagnose]: async () => (await options.actions()).health.show(),
    [COMMANDS.reportIssue]: async () => (await options.actions()).issue(),
    [COMMANDS.runGoal]: (args) => ask.runGoal(args),
    [COMMANDS.reviewSelection]: async (args) => (await options.review()).reviewSelection(args),
    [COMMANDS.reviewFile]: async (args) => (await options.review()).reviewFile(args),
    [COMMANDS.reviewChanges]: async (args) => (await options.review()).reviewChanges(args),
    [COMMANDS.applyFinding]: async (args) => (await options.review()).applyFinding(args),
    [COMMANDS.applyAllFindings]: async (args) => (await options.review()).applyAllFindings(args),
    [COMMANDS.dismissFinding]: async (args) => (await options.review()).dismissFinding(args),
    [COMMANDS.resolveFinding]: async (args) => (await options.review()).resolveFinding(args),
    [COMMANDS.askBack]: async (args) => (await options.review()).askBack(args),
    [COMMANDS.clearReviews]: async () => (await options.review()).clearReviews(),
    [COMMANDS.exportFindings]: async (args) => (await options.review()).exportFindings(args),
    [COMMANDS.cancelRun]: (args) => runs.cancel(args),
    [COMMANDS.cancelTask]: (args) => runs.cancel(args),
    [COMMANDS.pauseRun]: (args) => runs.pause(args),
    [COMMANDS.resumeRun]: (args) => runs.resume(args),
    [COMMANDS.retryTask]: (args) => goals.retry(args),
    [COMMANDS.editPlan]: (args) => goals.editPlan(args),
    [COMMANDS.deleteRun]: (args) => runs.delete(args),
    [COMMANDS.openRun]: async (args) => {
      const runId = await runs.pick(args, COMMANDS.openRun);
      if (runId === undefined) return;
      await chat.view.reveal();
      await chat.controller.showRun(runId);
    },
    [COMMANDS.openRunReport]: async (args) => {
      if (!isFromPerson(args[0])) return (await options.report()).open(args);
      const runId = await runs.pick(args, COMMANDS.openRunReport);
      // A row of the tree may name a task too.
      if (runId !== undefined) await (await options.report()).open([{ ...(args[0] as object | undefined), runId }]);
      return undefined;
    },
    [COMMANDS.exportRunReport]: async (args) => (await options.report()).export(args, isFromPerson(args[0])),
    [COMMANDS.copyResult]: (args) => tree.copyResult(args),
    [COMMANDS.filterRuns]: () => tree.filter(),
    [COMMANDS.clearRuns]: () => tree.clear(),
    [COMMANDS.showMoreRuns]: () => tree.showMore(),
    [COMMANDS.showFinding]: (args) => tree.showFinding(args),
    [COMMANDS.showChanges]: (args) => options.changes.show(args),
    [COMMANDS.acceptChanges]: (args) => options.changes.accept(args),
    [COMMANDS.rejectChanges]: (args) => options.changes.reject(args),
    [COMMANDS.acceptHunk]: () => options.changes.accept([]),
    [COMMANDS.rejectHunk]: () => options.changes.reject([]),
    [COMMANDS.revertRun]: (args) => options.changes.revert(args),
    [COMMANDS.exportTrace]: (args) => options.traceFiles.export(args),
    [COMMANDS.importTrace]: (args) => options.traceFiles.import(args),
    [COMMANDS.openTrace]: (args) => traces.openTrace(args),
    [COMMANDS.selectModel]: (args) => models.commands.selectModel(args[0]),
    [COMMANDS.setApiKey]: (args) => models.commands.setApiKey(args[0]),
    [COMMANDS.clearApiKey]: (args) => models.commands.clearApiKey(args[0]),
    [COMMANDS.resetBreaker]: (args) => breakers.reset(args),
    [COMMANDS.pauseAgent]: (args) => options.agentControl.pause(args),
    [COMMANDS.resumeAgent]: (args) => options.agentControl.resume(args),
    [COMMANDS.enableReaction]: (args) => options.agentControl.enable(args),
    [COMMANDS.disableReaction]: (args) => options.agentControl.disable(args),
    [COMMANDS.allowReactions]: () => options.agentControl.allow(),
    [COMMANDS.openAgentFile]: (args) => options.agentControl.openFile(args),
    [COMMANDS.createAgent]: (args) => options.agents.create(args),
    [COMMANDS.importAgents]: async (args) => (await options.agentImport()).run(args),
    [COMMANDS.showPrompt]: (args) => options.agents.showPrompt(args),
    [COMMANDS.showMemory]: async () => (await options.memory()).show(),
    [COMMANDS.deleteMemory]: async (args) => (await options.memory()).delete(args),
    [COMMANDS.chooseTools]: (args) => options.agentTools.choose(args),
    [COMMANDS.newChat]: async () => {
      chat.controller.newChat();
      await chat.view.reveal();
    },
    [COMMANDS.focusChat]: () => chat.view.focus(),
    [COMMANDS.showHistory]: async () => {
      chat.controller.showHistory();
      await chat.view.reveal();
    },
    [COMMANDS.resolveApproval]: (args) => options.approvals.resolve(args),
    [COMMANDS.manageApprovals]: (args) => options.approvals.manage(args),
    [COMMANDS.getStarted]: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
    [COMMANDS.showLog]: () => log.show(),
  };
}
