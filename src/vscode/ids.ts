// Ids of commands, views and the container, once; a unit test holds them against package.json. No imports: the entry stub loads this file.

/** Every id is `agentTeam.` and its name: written once, since the stub is small. */
const NAMES = [
  'ask',
  'routeSelection',
  'explainSelection',
  'documentSelection',
  'generateTests',
  'fixDiagnostics',
  'askAboutProblem',
  'writeCommitMessage',
  'diagnose',
  'reportIssue',
  'runGoal',
  'reviewSelection',
  'reviewFile',
  'reviewChanges',
  'applyFinding',
  'applyAllFindings',
  'dismissFinding',
  'resolveFinding',
  'askBack',
  'clearReviews',
  'exportFindings',
  'cancelRun',
  'pauseRun',
  'resumeRun',
  'retryTask',
  'editPlan',
  'deleteRun',
  'openRun',
  'openRunReport',
  'exportRunReport',
  'cancelTask',
  'copyResult',
  'filterRuns',
  'clearRuns',
  'showMoreRuns',
  'showFinding',
  'showChanges',
  'acceptChanges',
  'rejectChanges',
  'acceptHunk',
  'rejectHunk',
  'revertRun',
  'exportTrace',
  'importTrace',
  'openTrace',
  'selectModel',
  'setApiKey',
  'clearApiKey',
  'resetBreaker',
  'pauseAgent',
  'resumeAgent',
  'enableReaction',
  'disableReaction',
  'allowReactions',
  'openAgentFile',
  'createAgent',
  'importAgents',
  'showPrompt',
  'showMemory',
  'deleteMemory',
  'chooseTools',
  'newChat',
  'focusChat',
  'showHistory',
  'resolveApproval',
  'manageApprovals',
  'getStarted',
  'showLog',
] as const;

type CommandName = (typeof NAMES)[number];

export const COMMANDS = Object.fromEntries(NAMES.map((name) => [name, `agentTeam.${name}`])) as {
  readonly [Name in CommandName]: `agentTeam.${Name}`;
};

export type CommandId = (typeof COMMANDS)[CommandName];

export const VIEWS = {
  container: 'agentTeam',
  chat: 'agentTeam.chat',
  runs: 'agentTeam.runs',
  agents: 'agentTeam.agents',
  panel: 'agentTeamPanel',
  /** The view in the panel, and the type of the editor tab with the same page. */
  trace: 'agentTeam.trace',
} as const;

/** The walkthrough of the first minutes, as VS Code's own command takes it. */
export const WALKTHROUGH = 'agent-team.agent-team#agentTeam.start';

/** The type of the editor tabs with reports of runs. */
export const REPORT_PANEL = 'agentTeam.report';

/** The source of our findings in the Problems panel: what reads diagnostics must not take them for somebody else's. */
export const FINDING_SOURCE = 'Agent Team review';

/** In the workspace's state: the reviews whose threads a reloaded window shows again. */
export const OPEN_REVIEWS_KEY = 'agentTeam.openReviews';

/** In the workspace's state: names of paused agents, ids of ready-made reactions that are on, and whether the person wants none. */
export const PAUSED_AGENTS_KEY = 'agentTeam.pausedAgents';
export const READY_REACTIONS_KEY = 'agentTeam.reactions.on';
export const REFUSED_REACTIONS_KEY = 'agentTeam.reactions.refused';

/** In the workspace's state: files of other tools whose import the person has been shown. */
export const SEEN_IMPORTS_KEY = 'agentTeam.imports.seen';

/** Id of the participant in VS Code's own chat. */
export const PARTICIPANT = 'agentTeam.team';

/** Tools for other agents of VS Code, as package.json contributes them. */
export const TEAM_TOOLS = ['agentTeam_ask', 'agentTeam_review', 'agentTeam_goal', 'agentTeam_findings'] as const;
export type TeamToolName = (typeof TEAM_TOOLS)[number];
