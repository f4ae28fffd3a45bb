// A chat backend and an editor edge in memory: runs are what the test puts there, and what the chat does is recorded.
import type { AgentInfo, ContextItem } from '../../src/api';
import { LiveText } from '../../src/core/runs/liveText';
import type { RunView } from '../../src/core/runs/runView';
import type { ChangeDecision, Completion } from '../../src/protocol/chat/chatMessages';
import type { SelectionContext } from '../../src/vscode/chat/attachedContext';
import type { PolicyMode } from '../../src/vscode/approvals/policyModes';
import type { ChatAskOptions, ChatAskStarted, ChatBackend, ChatThread } from '../../src/vscode/chat/chatBackend';
import type { ChatEdge, ChatMemory, PickedFile } from '../../src/vscode/chat/chatEdge';
import type { TurnTexts } from '../../src/vscode/chat/stepItems';
import type { AnsweringModel } from '../../src/vscode/models/modelLine';
import { taskNote } from '../../src/vscode/runs/goalRows';
import { RUN_WORDS } from './plainRunWords';
import { runView } from './runViews';

class Signal<T> {
  private readonly handlers = new Set<(value: T) => void>();
  readonly subscribe = (handler: (value: T) => void) => {
    this.handlers.add(handler);
    return { dispose: () => void this.handlers.delete(handler) };
  };
  fire(value: T): void {
    for (const handler of [...this.handlers]) handler(value);
  }
}

export class InMemoryChatBackend implements ChatBackend {
  readonly views = new Map<string, RunView>();
  readonly threadList = new Map<string, ChatThread & { runIds: string[] }>();
  readonly calls: string[] = [];
  readonly live = new LiveText();
  modelInfo: AnsweringModel | undefined = {
    label: 'gpt-4o',
    why: 'A key is set.',
    offline: false,
    acceptsImages: true,
  };
  modeList: PolicyMode[] = [];
  changed: string[] = [];
  takesSteering = true;
  /** Runs that another window works on. */
  readonly elsewhere = new Set<string>();
  private readonly onDisk = new Set<string>();
  private readonly runChanged = new Signal<string>();
  private readonly agentsChanged = new Signal<void>();
  private readonly modelChanged = new Signal<void>();
  private readonly modesChanged = new Signal<void>();
  private nextId = 1;

  readonly runs: ChatBackend['runs'] = {
    list: () => [...this.views.values()],
    peek: (runId) => (this.onDisk.has(runId) ? undefined : this.views.get(runId)),
    load: async (runId) => {
      this.onDisk.delete(runId);
      return this.views.get(runId);
    },
    isHere: (runId) => this.isHere(runId),
    onDidChange: this.runChanged.subscribe,
  };
  isHere(runId: string): boolean {
    return !this.elsewhere.has(runId);
  }

  readonly threads: ChatBackend['threads'] = {
    search: async (query) =>
      [...this.threadList.values()]
        .filter((thread) => thread.title.toLowerCase().includes(query.toLowerCase()))
        .map((thread) => ({
          threadId: thread.threadId,
          title: thread.title,
          updatedAt: '2026-01-05T10:42:00.000Z',
          messages: thread.runIds.length,
          running: false,
        })),
    get: async (threadId) => this.threadList.get(threadId),
    delete: async (threadId) => {
      this.calls.push(`delete ${threadId}`);
      this.threadList.delete(threadId);
    },
  };
  readonly model: ChatBackend['model'] = {
    current: () => this.modelInfo,
    onDidChange: this.modelChanged.subscribe,
    select: async () => void this.calls.push('select model'),
  };

  /** Puts a run in place, or changes it, and tells the chat. */
  put(view: RunView): void {
    this.views.set(view.runId, view);
    if (view.threadId !== undefined) {
      const thread = this.threadList.get(view.threadId) ?? { threadId: view.threadId, title: view.title, runIds: [] };
      if (!thread.runIds.includes(view.runId)) thread.runIds.push(view.runId);
      this.threadList.set(view.threadId, thread);
    }
    this.runChanged.fire(view.runId);
  }

  /** As if another window had written it: it has to be read before it can be seen. */
  changeOnDisk(view: RunView): void {
    this.onDisk.add(view.runId);
    this.put(view);
  }

  change(runId: string, change: Partial<RunView>): void {
    const view = this.views.get(runId);
    if (!view) throw new Error(`No run ${runId}.`);
    this.put({ ...view, ...change });
  }

  remove(runId: string): void {
    this.views.delete(runId);
    this.runChanged.fire(runId);
  }

  ask(request: string, options: ChatAskOptions): ChatAskStarted {
    const runId = `asked-${this.nextId++}`;
    const threadId = options.threadId ?? `thread-of-${runId}`;
    this.calls.push(`ask ${request}${options.replaces === undefined ? '' : ` instead of ${options.replaces}`}`);
    const { endedAt: _ended, agent: _agent, ...started } = runView();
    this.put({
      ...started,
      runId,
      threadId,
      title: request,
      request,
      context: options.context,
      status: 'running',
      startedAt: new Date().toISOString(),
      text: '',
      usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true },
      ...(options.replaces !== undefined && { replaces: options.replaces }),
    });
    return { runId, threadId };
  }

  cancel(runId: string): void {
    this.calls.push(`cancel ${runId}`);
    this.change(runId, { status: 'cancelled', endedAt: new Date().toISOString() });
  }

  retry(runId: string): ChatAskStarted | undefined {
    const run = this.views.get(runId);
    return (
      run &&
      this.ask(run.request, {
        context: run.context,
        replaces: runId,
        ...(run.threadId !== undefined && { threadId: run.threadId }),
      })
    );
  }

  steer(runId: string, text: string, _context: ContextItem[]): boolean {
    if (this.takesSteering) this.calls.push(`steer ${runId}: ${text}`);
    return this.takesSteering;
  }

  agents(): readonly AgentInfo[] {
    const names = [
      ['dev', 'Writes and repairs code'],
      ['qa', 'Reviews, tests and scans'],
      ['writer', 'Writes documentation'],
      ['researcher', 'Explores the code and reports'],
    ] as const;
    return names.map(([name, description]) => ({
      name,
      description,
      source: 'built-in',
      enabled: true,
      promptVersion: '',
      tools: [],
      handoffs: [],
      state: 'idle',
      breaker: 'closed',
    }));
  }
  readonly onDidChangeAgents = (handler: () => void) => this.agentsChanged.subscribe(handler);
  changesSince = async () => this.changed;
  revertSince = async (runId: string) => void this.calls.push(`revert since ${runId}`);
  resolveApproval(id: string, decision: string): void {
    this.calls.push(`${decision} ${id}`);
  }
  modes = () => this.modeList;
  setMode = async (id: string, value: string) => void this.calls.push(`mode ${id}=${value}`);
  readonly onDidChangeModes = (handler: () => void) => this.modesChanged.subscribe(handler);
}

export class InMemoryChatEdge implements ChatEdge {
  readonly calls: string[] = [];
  readonly errors: unknown[] = [];
  picked: PickedFile[] = [];
  completions: Completion[] = [];
  answerAboutChanges: 'revert' | 'keep' | undefined;
  private selected: SelectionContext | undefined;
  private readonly selectionChanged = new Signal<void>();

  select(selection: SelectionContext | undefined): void {
    this.selected = selection;
    this.selectionChanged.fire();
  }
  openTrace = async (target: object) => void this.calls.push(`trace ${JSON.stringify(target)}`);
  openFile = async (target: object) => void this.calls.push(`open ${JSON.stringify(target)}`);
  insertAtCursor = async (text: string) => void this.calls.push(`insert ${text}`);
  openInEditor = async (text: string, language: string) => void this.calls.push(`editor ${language}: ${text}`);
  copy = async (text: string) => void this.calls.push(`copy ${text}`);
  pickFiles = async () => this.picked;
  fileOf = async (uri: string) => ({ uri, name: uri.split('/').at(-1) ?? uri });
  complete = async (_kind: string, query: string) => this.completions.filter(({ label }) => label.includes(query));
  selection = () => this.selected;
  readonly onDidChangeSelection = (handler: () => void) => this.selectionChanged.subscribe(handler);
  firstSteps = () => [
    { label: 'Explain math.ts', request: 'Explain #file:src/math.ts', icon: 'comment-discussion' },
    { label: 'Fix 2 problems in cart.ts', request: 'Fix the problems in #file:src/cart.ts', icon: 'wrench' },
    { label: 'Review my uncommitted changes (3 files)', request: '/review #changes', icon: 'git-compare' },
  ];
  onDidChangeFirstSteps = () => ({ dispose() {} });
  runRemedy = async (action: string) => void this.calls.push(`remedy ${action}`);
  decideChange = async ({ action, runId, path, hunkId }: ChangeDecision) =>
    void this.calls.push([action, runId, path, hunkId].filter((part) => part !== undefined).join(' '));
  askAboutChanges = async () => this.answerAboutChanges;
  tell(notice: string): void {
    this.calls.push(`tell ${notice}`);
  }
  showError(error: unknown): void {
    this.errors.push(error);
  }
  log(level: string, message: string): void {
    this.calls.push(`log ${level} ${message}`);
  }
}

export class InMemoryChatMemory implements ChatMemory {
  readonly values = new Map<string, unknown>();
  get = (key: string) => this.values.get(key);
  update = async (key: string, value: unknown) => void this.values.set(key, structuredClone(value));
}

/** Plain sentences in the place of translated ones. */
export const PLAIN_TURN_TEXTS: TurnTexts = {
  notice: (step) => `notice ${step.topic}`,
  error: ({ reason, message }) => ({
    reason,
    message,
    ...(reason === 'model.unauthorized' && { remedy: { label: 'Set API key', action: 'setApiKey' as const } }),
  }),
  contextLabel: (item, index) => item.label ?? item.uri?.split('/').at(-1) ?? `context ${index + 1}`,
  findings: (count) => (count === 1 ? '1 finding' : `${count} findings`),
  modelRetry: () => 'The model is busy: asked again in a moment.',
  taskNote: (task, byId) => taskNote(task, byId, RUN_WORDS),
};
