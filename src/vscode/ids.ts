// Ids of commands, views and the container, once; a unit test holds them against package.json. No imports: the entry stub loads this file.

export const COMMANDS = {
  ask: 'agentTeam.ask',
  routeSelection: 'agentTeam.routeSelection',
  explainSelection: 'agentTeam.explainSelection',
  documentSelection: 'agentTeam.documentSelection',
  generateTests: 'agentTeam.generateTests',
  fixDiagnostics: 'agentTeam.fixDiagnostics',
  askAboutProblem: 'agentTeam.askAboutProblem',
  writeCommitMessage: 'agentTeam.writeCommitMessage',
  diagnose: 'agentTeam.diagnose',
  runGoal: 'agentTeam.runGoal',
  reviewSelection: 'agentTeam.reviewSelection',
  reviewFile: 'agentTeam.reviewFile',
  reviewChanges: 'agentTeam.reviewChanges',
  applyFinding: 'agentTeam.applyFinding',
  applyAllFindings: 'agentTeam.applyAllFindings',
  dismissFinding: 'agentTeam.dismissFinding',
  resolveFinding: 'agentTeam.resolveFinding',
  askBack: 'agentTeam.askBack',
  clearReviews: 'agentTeam.clearReviews',
  exportFindings: 'agentTeam.exportFindings',
  cancelRun: 'agentTeam.cancelRun',
  pauseRun: 'agentTeam.pauseRun',
  resumeRun: 'agentTeam.resumeRun',
  retryTask: 'agentTeam.retryTask',
  editPlan: 'agentTeam.editPlan',
  deleteRun: 'agentTeam.deleteRun',
  openRun: 'agentTeam.openRun',
  cancelTask: 'agentTeam.cancelTask',
  copyResult: 'agentTeam.copyResult',
  filterRuns: 'agentTeam.filterRuns',
  clearRuns: 'agentTeam.clearRuns',
  showMoreRuns: 'agentTeam.showMoreRuns',
  showFinding: 'agentTeam.showFinding',
  showChanges: 'agentTeam.showChanges',
  acceptChanges: 'agentTeam.acceptChanges',
  rejectChanges: 'agentTeam.rejectChanges',
  acceptHunk: 'agentTeam.acceptHunk',
  rejectHunk: 'agentTeam.rejectHunk',
  revertRun: 'agentTeam.revertRun',
  exportTrace: 'agentTeam.exportTrace',
  importTrace: 'agentTeam.importTrace',
  openTrace: 'agentTeam.openTrace',
  selectModel: 'agentTeam.selectModel',
  setApiKey: 'agentTeam.setApiKey',
  clearApiKey: 'agentTeam.clearApiKey',
  resetBreaker: 'agentTeam.resetBreaker',
  createAgent: 'agentTeam.createAgent',
  showPrompt: 'agentTeam.showPrompt',
  showMemory: 'agentTeam.showMemory',
  deleteMemory: 'agentTeam.deleteMemory',
  chooseTools: 'agentTeam.chooseTools',
  newChat: 'agentTeam.newChat',
  focusChat: 'agentTeam.focusChat',
  showHistory: 'agentTeam.showHistory',
  resolveApproval: 'agentTeam.resolveApproval',
  manageApprovals: 'agentTeam.manageApprovals',
  showLog: 'agentTeam.showLog',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  container: 'agentTeam',
  chat: 'agentTeam.chat',
  runs: 'agentTeam.runs',
  panel: 'agentTeamPanel',
  /** The view in the panel, and the type of the editor tab with the same page. */
  trace: 'agentTeam.trace',
} as const;

/** In the workspace's state: the reviews whose threads a reloaded window shows again. */
export const OPEN_REVIEWS_KEY = 'agentTeam.openReviews';

/** Id of the participant in VS Code's own chat. */
export const PARTICIPANT = 'agentTeam.team';

/** Tools for other agents of VS Code, as package.json contributes them. */
export const TEAM_TOOLS = ['agentTeam_ask', 'agentTeam_review', 'agentTeam_goal', 'agentTeam_findings'] as const;
export type TeamToolName = (typeof TEAM_TOOLS)[number];
