// One handler for each message of the page: the table is complete, or it does not compile.
import type { PageMessage } from '../../protocol/chat/chatMessages';
import type { AttachedContext } from './attachedContext';
import type { ChatBackend, ChatThread } from './chatBackend';
import type { ChatDrafts } from './chatDrafts';
import type { ChatEdge } from './chatEdge';
import type { ChatSender } from './chatSender';
import type { ChatSync } from './chatSync';
import type { ChatThreadView } from './chatThreadView';
import type { MessageQueue } from './messageQueue';
import { toolDetail } from './toolDetail';

/** How many threads the history lists. */
const HISTORY_LIMIT = 200;

export type PageHandler = (message: PageMessage) => void | Promise<void>;
export type PageHandlers = {
  [Type in PageMessage['type']]: (message: Extract<PageMessage, { type: Type }>) => void | Promise<void>;
};

export interface PageHandlersOptions {
  backend: ChatBackend;
  edge: ChatEdge;
  sync: ChatSync;
  thread: ChatThreadView;
  context: AttachedContext;
  queue: MessageQueue;
  drafts: ChatDrafts;
  sender: ChatSender;
  reply: (requestId: number, value: unknown) => void;
  focusInput: (text?: string) => void;
  newChat: () => void;
  showNoThread: () => void;
  showThread: (thread: ChatThread) => Promise<void>;
  ready: () => Promise<void>;
}

export function pageHandlers(options: PageHandlersOptions): PageHandlers {
  const { sync, sender, drafts, queue } = options;
  return {
    ready: () => options.ready(),
    ack: ({ revision }) => sync.acknowledge(revision),
    resync: () => sync.sendSnapshot(),
    send: async (message) => options.reply(message.requestId, { accepted: await sender.send(message) }),
    stop: () => sender.stop(),
    retry: ({ runId }) => sender.retry(runId),
    unqueue: ({ id }) => {
      const message = queue.take(id);
      sync.touch();
      if (message) options.focusInput(message.text);
    },
    steerQueued: ({ id }) => sender.sendQueuedNow(id),
    newChat: () => options.newChat(),
    draft: ({ threadId, text }) => drafts.set(threadId, text),
    ...threadHandlers(options),
    ...contextHandlers(options),
    ...editorHandlers(options),
  };
}

type ThreadMessage = 'loadEarlier' | 'openThread' | 'deleteThread' | 'searchThreads' | 'toolDetail' | 'openTrace';

function threadHandlers(options: PageHandlersOptions): Pick<PageHandlers, ThreadMessage> {
  const { backend, edge, thread, reply } = options;
  return {
    loadEarlier: async () => {
      if (await thread.loadEarlier()) options.sync.touch();
    },
    openThread: async ({ threadId }) => {
      const found = await backend.threads.get(threadId);
      if (found) await options.showThread(found);
    },
    deleteThread: async ({ threadId }) => {
      options.queue.dropThread(threadId);
      options.drafts.set(threadId, '');
      await backend.threads.delete(threadId);
      if (thread.threadId === threadId) options.showNoThread();
    },
    searchThreads: async ({ requestId, query }) => reply(requestId, await backend.threads.search(query, HISTORY_LIMIT)),
    openTrace: async ({ runId, id }) => {
      const run = await backend.runs.load(runId);
      const spanId = run?.steps.find((step) => step.id === id)?.spanId;
      if (run) await edge.openTrace({ traceId: run.traceId, ...(spanId !== undefined && { spanId }) });
    },
    toolDetail: async ({ requestId, runId, id }) => reply(requestId, toolDetail(await backend.runs.load(runId), id)),
  };
}

type ContextMessage = 'attach' | 'attachUris' | 'attachImage' | 'detach' | 'complete';

function contextHandlers({ backend, edge, context, reply }: PageHandlersOptions): Pick<PageHandlers, ContextMessage> {
  return {
    attach: async () => {
      for (const file of await edge.pickFiles()) context.attachFile(file.uri, file.name, file.range);
    },
    attachUris: async ({ uris }) => {
      for (const uri of uris) {
        const file = await edge.fileOf(uri);
        if (file) context.attachFile(file.uri, file.name, file.range);
      }
    },
    attachImage: ({ name, mimeType, base64 }) => {
      if (backend.model.current()?.acceptsImages === false) edge.tell('imagesNotAccepted');
      else if (!context.attachImage(name, mimeType, base64)) edge.tell('tooManyImages');
    },
    detach: ({ id }) => context.remove(id),
    complete: async ({ requestId, kind, query }) => reply(requestId, await edge.complete(kind, query)),
  };
}

type EditorMessage = Exclude<
  PageMessage['type'],
  | ThreadMessage
  | ContextMessage
  | ('ready' | 'ack' | 'resync' | 'send' | 'stop' | 'retry' | 'unqueue' | 'steerQueued' | 'newChat' | 'draft')
>;

function editorHandlers({ backend, edge }: PageHandlersOptions): Pick<PageHandlers, EditorMessage> {
  return {
    openFile: (message) => edge.openFile(message),
    insertAtCursor: ({ text }) => edge.insertAtCursor(text),
    openInEditor: ({ text, language }) => edge.openInEditor(text, language),
    copy: ({ text }) => edge.copy(text),
    selectModel: () => backend.model.select(),
    remedy: ({ action }) => edge.runRemedy(action),
    change: ({ type: _type, ...decision }) => edge.decideChange(decision),
    setMode: ({ id, value }) => backend.setMode(id, value),
    approval: ({ id, decision, scope, reason }) =>
      backend.resolveApproval(id, decision, { ...(scope && { scope }), ...(reason && { reason }) }),
    pageError: ({ message }) => edge.log('error', `The chat page failed: ${message}`),
  };
}
