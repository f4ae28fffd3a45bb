// The host side of the chat without VS Code: takes the page's messages, keeps the state that the page shows, and sends what changed.
import type { Disposable } from '../../api';
import type { Clock } from '../../core/clock';
import { DisposableStore } from '../../core/disposable';
import { messageOf } from '../../core/failure';
import { titleOf } from '../../core/runs/runTitle';
import { pageMessageSchema, type HostMessage } from '../../protocol/chat/chatMessages';
import type { ChatHeader, ChatState } from '../../protocol/chat/chatState';
import { AttachedContext } from './attachedContext';
import type { ChatBackend } from './chatBackend';
import { ChatDrafts } from './chatDrafts';
import type { ChatEdge, ChatMemory, PickedFile } from './chatEdge';
import { ChatSender } from './chatSender';
import { ChatSync } from './chatSync';
import { ChatThreadView } from './chatThreadView';
import { MessageQueue } from './messageQueue';
import { pageHandlers, type PageHandler, type PageHandlers } from './pageHandlers';
import type { TurnTexts } from './stepItems';

export interface ChatControllerOptions {
  backend: ChatBackend;
  edge: ChatEdge;
  memory: ChatMemory;
  clock: Clock;
  texts: TurnTexts;
  strings: Record<string, string>;
  locale: string;
  /** Called when other runs are shown than before. */
  onDidShow?: () => void;
}

/** Where the page is: the view of VS Code that holds it. */
export interface ChatPageHost {
  post(message: HostMessage): void;
  /** The title of the shown thread; empty for a new one. */
  showTitle(title: string): void;
}

export class ChatController implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly thread: ChatThreadView;
  private readonly context = new AttachedContext(() => this.sync.touch());
  private readonly queue = new MessageQueue();
  private readonly drafts: ChatDrafts;
  private readonly sync: ChatSync;
  private readonly sender: ChatSender;
  private readonly handlers: PageHandlers;
  private page: ChatPageHost | undefined;
  /** What to tell the page once it is there. */
  private pending: HostMessage[] = [];
  private restored: Promise<void> | undefined;

  constructor(private readonly options: ChatControllerOptions) {
    const { backend, edge, texts } = options;
    this.thread = new ChatThreadView({
      runs: backend.runs,
      live: (runId) => backend.live.current(runId),
      isHere: (runId) => backend.isHere(runId),
      texts,
    });
    this.drafts = new ChatDrafts(options.memory);
    this.sync = this.owned.add(
      new ChatSync({
        clock: options.clock,
        post: (message) => this.post(message),
        state: () => this.state(),
        extras: () => ({
          draft: this.drafts.get(this.thread.threadId),
          strings: options.strings,
          locale: options.locale,
        }),
      }),
    );
    this.sender = new ChatSender({
      backend,
      edge,
      thread: this.thread,
      context: this.context,
      queue: this.queue,
      didStart: (threadId) => this.didStart(threadId),
      didChange: () => this.sync.touch(),
    });
    this.handlers = pageHandlers({
      backend,
      edge,
      sync: this.sync,
      thread: this.thread,
      context: this.context,
      queue: this.queue,
      drafts: this.drafts,
      sender: this.sender,
      reply: (requestId, value) => this.reply(requestId, value),
      focusInput: (text) => this.focusInput(text),
      newChat: () => this.newChat(),
      showNoThread: () => this.showNoThread(),
      showThread: (thread) => this.showThread(thread),
      ready: () => this.pageIsReady(),
    });
    this.follow(backend, edge);
  }

  /** The page exists: messages go there until `detachPage`. */
  attachPage(page: ChatPageHost): void {
    this.page = page;
  }

  /** The page is gone or hidden; nothing is lost, it catches up when it is back. */
  detachPage(): void {
    this.page = undefined;
    this.sync.detach();
    this.options.onDidShow?.();
  }

  /** Takes what the page sent. Never rejects; what does not parse is logged and dropped. */
  async receive(raw: unknown): Promise<void> {
    const parsed = pageMessageSchema.safeParse(raw);
    if (!parsed.success) {
      const paths = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      this.options.edge.log('warn', `The chat page sent a message that does not fit (${paths}).`);
      return;
    }
    try {
      // The table pairs each type with its handler; the compiler can't follow that through the lookup.
      await (this.handlers[parsed.data.type] as PageHandler)(parsed.data);
    } catch (error) {
      this.options.edge.showError(error);
      // Whoever waits for an answer gets none: the page puts the message back where it was typed.
      if (parsed.data.type === 'send') this.reply(parsed.data.requestId, { accepted: false });
    }
  }

  /** True while the page is there and the run is one of those that it shows. */
  shows(runId: string): boolean {
    return this.page !== undefined && this.thread.shows(runId);
  }

  /** Begins a new thread; the shown one goes on if it works. */
  newChat(): void {
    this.showNoThread();
    this.focusInput();
  }

  /** Puts the cursor into the input, with `text` in it if given, now or as soon as the page is there. */
  focusInput(text?: string): void {
    this.tellPage({ type: 'focusInput', ...(text !== undefined && { text }) });
  }

  /** Opens the list of earlier chats. */
  showHistory(): void {
    this.tellPage({ type: 'showHistory' });
  }

  /** Shows a run in its thread; one without a thread stands alone. Does nothing for an unknown run. */
  async showRun(runId: string): Promise<void> {
    const run = await this.options.backend.runs.load(runId);
    if (!run) return;
    if (run.threadId === undefined) {
      await this.showThread({ title: run.title, runIds: [runId] });
    } else if (run.threadId !== this.thread.threadId) {
      const thread = await this.options.backend.threads.get(run.threadId);
      const runIds = thread?.runIds ?? [];
      await this.showThread({
        threadId: run.threadId,
        title: thread?.title ?? run.title,
        runIds: runIds.includes(runId) ? runIds : [...runIds, runId],
      });
    }
    await this.thread.loadEarlier(runId);
    this.sync.touch();
    this.tellPage({ type: 'reveal', runId });
  }

  /** Adds files or parts of them to what goes with the next request. */
  attachFiles(files: readonly PickedFile[]): void {
    for (const file of files) this.context.attachFile(file.uri, file.name, file.range);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private follow(backend: ChatBackend, edge: ChatEdge): void {
    const touch = () => this.sync.touch();
    this.owned.add(backend.runs.onDidChange((runId) => this.runChanged(runId)));
    this.owned.add(
      backend.live.subscribe((delta) => {
        if (this.thread.streamed(delta.runId)) touch();
      }),
    );
    this.owned.add(backend.onDidChangeAgents(touch));
    this.owned.add(backend.onDidChangeModes(touch));
    this.owned.add(backend.model.onDidChange(touch));
    this.owned.add(edge.onDidChangeFirstSteps(touch));
    this.owned.add(edge.onDidChangeSelection(() => this.context.setSelection(edge.selection())));
    this.context.setSelection(edge.selection());
  }

  private runChanged(runId: string): void {
    if (this.thread.runChanged(runId)) this.sync.touch();
    else void this.reread(runId);
    this.sender.runChanged(runId);
  }

  private async reread(runId: string): Promise<void> {
    try {
      if (await this.thread.reread(runId)) this.sync.touch();
    } catch (error) {
      this.options.edge.log('warn', `A run could not be read again: ${messageOf(error)}`);
    }
  }

  private state(): ChatState {
    const { backend, edge } = this.options;
    const model = backend.model.current();
    const turns = this.thread.turns();
    return {
      header: {
        ...(this.thread.threadId !== undefined && { threadId: this.thread.threadId }),
        title: this.thread.title || titleOf(turns[0]?.head.request ?? ''),
        earlier: this.thread.earlier,
        queue: this.queue.of(this.thread.threadId).map(({ id, text, chips }) => ({ id, text, context: chips })),
        context: this.context.chips(),
      },
      setup: {
        ...(model && { model }),
        modes: backend.modes().map((mode) => ({ ...mode, options: [...mode.options] })),
        agents: backend.agents().map(({ name, description }) => ({ name, description })),
        firstSteps: turns.length === 0 ? edge.firstSteps() : [],
      },
      turns,
    };
  }

  private async pageIsReady(): Promise<void> {
    await this.restore();
    this.sync.sendSnapshot();
    this.deliverPending();
  }

  /** Shows the thread that was shown before the window was reloaded, once. */
  private restore(): Promise<void> {
    this.restored ??= (async () => {
      const last = this.drafts.lastThread();
      const thread = last === undefined ? undefined : await this.options.backend.threads.get(last);
      if (thread && this.thread.threadId === undefined) await this.thread.open(thread);
    })();
    return this.restored;
  }

  private async showThread(thread: { threadId?: string; title: string; runIds: readonly string[] }): Promise<void> {
    this.restored = Promise.resolve();
    if (!(await this.thread.open(thread))) return;
    this.drafts.setLastThread(thread.threadId);
    this.sync.sendSnapshotIfAttached();
    this.options.onDidShow?.();
  }

  private showNoThread(): void {
    this.thread.clear();
    this.drafts.setLastThread(undefined);
    this.restored = Promise.resolve();
    this.sync.sendSnapshotIfAttached();
    this.options.onDidShow?.();
  }

  private didStart(threadId: string): void {
    const isNew = this.thread.threadId !== threadId;
    this.thread.threadId = threadId;
    this.drafts.set(isNew ? undefined : threadId, '');
    this.drafts.setLastThread(threadId);
    this.sync.touch();
  }

  private reply(requestId: number, value: unknown): void {
    this.post({ type: 'reply', requestId, value });
  }

  /** The title stands in the view's own header, so it is not the page's to show. */
  private post(message: HostMessage): void {
    const header = headerOf(message);
    if (header) this.page?.showTitle(header.title);
    this.page?.post(message);
  }

  private tellPage(message: HostMessage): void {
    if (this.sync.isAttached) this.post(message);
    else this.pending = [...this.pending.filter((waiting) => waiting.type !== message.type), message];
  }

  private deliverPending(): void {
    const messages = this.pending;
    this.pending = [];
    for (const message of messages) this.post(message);
  }
}

function headerOf(message: HostMessage): ChatHeader | undefined {
  if (message.type === 'snapshot') return message.state.header;
  return message.type === 'patch' ? message.ops.find((op) => op.op === 'header')?.header : undefined;
}
