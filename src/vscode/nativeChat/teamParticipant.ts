// `@team` in VS Code's own chat: the same runs as everywhere else, streamed into that chat and answered by the model that was chosen there.
import * as vscode from 'vscode';
import type { ContextItem, EventEnvelope, RunHandle, RunResult } from '../../api';
import { DisposableStore } from '../../core/disposable';
import type { ChatModel } from '../../core/model/chatModel';
import type { ReviewTarget } from '../../core/review/reviewTarget';
import type { LiveText } from '../../core/runs/liveText';
import type { RunStore } from '../../core/runs/runStore';
import { COMMANDS } from '../ids';

export interface TeamParticipantOptions {
  ask(
    request: string,
    options: { threadId?: string; agent?: string; context: ContextItem[] },
  ): RunHandle & { threadId: string };
  goal(goal: string, context: ContextItem[]): RunHandle;
  review(target: ReviewTarget, focus: string | undefined): RunHandle;
  /** Makes a model of VS Code one that runs can be answered by. */
  wrapModel(model: vscode.LanguageModelChat): Promise<ChatModel>;
  /** Lets the run be answered by this model; called before anything of the run happens. */
  useModel(runId: string, model: ChatModel): void;
  store: Pick<RunStore, 'onDidChange'>;
  live: Pick<LiveText, 'subscribe'>;
  /** The uri of a path as tools name it; undefined where there is no such file. */
  uriOf(path: string): Promise<vscode.Uri | undefined>;
}

/** What a turn leaves for the next one and for follow-ups. */
interface TurnMetadata {
  runId: string;
  threadId?: string;
  agent?: string;
  findings: number;
  changes: number;
}

const AGENT_COMMANDS = new Set(['dev', 'qa', 'writer', 'researcher']);

export class TeamParticipant {
  constructor(private readonly options: TeamParticipantOptions) {}

  /** Handles one turn; never rejects for what a run ends with. */
  async answer(
    request: vscode.ChatRequest,
    context: vscode.ChatContext,
    stream: vscode.ChatResponseStream,
    token: vscode.CancellationToken,
  ): Promise<vscode.ChatResult> {
    const prompt = request.prompt.trim();
    if (prompt === '' && request.command !== 'review') {
      stream.markdown(
        vscode.l10n.t('Ask something, such as “is this safe?”, or use /review for the uncommitted changes.'),
      );
      return {};
    }
    const model = await this.options.wrapModel(request.model);
    const started = this.start(request, context, prompt);
    this.options.useModel(started.runId, model);
    const turn = new ChatTurn(stream, started.runId, { streamsText: started.streamsText });
    const owned = new DisposableStore();
    owned.add(token.onCancellationRequested(() => started.handle.cancel()));
    owned.add(this.options.live.subscribe((delta) => turn.take(delta)));
    owned.add(
      this.options.store.onDidChange((runId, event) => {
        if (runId === started.runId && event) turn.show(event);
      }),
    );
    try {
      const result = await started.handle.result;
      await this.conclude(result, { turn, stream });
      return resultOf(result, started.threadId);
    } finally {
      owned.dispose();
    }
  }

  /** What a person may want to say next. */
  followups(result: vscode.ChatResult): vscode.ChatFollowup[] {
    const metadata = result.metadata as Partial<TurnMetadata> | undefined;
    if (!metadata) return [];
    if ((metadata.findings ?? 0) > 0) {
      return [
        {
          prompt: vscode.l10n.t('Fix the findings'),
          command: 'dev',
          label: vscode.l10n.t('Fix the findings with dev'),
        },
      ];
    }
    if ((metadata.changes ?? 0) > 0) {
      return [
        {
          prompt: vscode.l10n.t('Review what was changed'),
          command: 'qa',
          label: vscode.l10n.t('Let qa look at the changes'),
        },
      ];
    }
    return metadata.agent === 'qa'
      ? [{ prompt: vscode.l10n.t('Fix that'), command: 'dev', label: vscode.l10n.t('Fix it with dev') }]
      : [];
  }

  private start(request: vscode.ChatRequest, context: vscode.ChatContext, prompt: string) {
    const items = request.references.flatMap(contextItem);
    const { command } = request;
    if (command === 'goal') {
      const handle = this.options.goal(prompt, items);
      return { handle, runId: handle.runId, threadId: undefined, streamsText: false };
    }
    if (command === 'review') {
      const handle = this.options.review(targetOf(items), prompt === '' ? undefined : prompt);
      return { handle, runId: handle.runId, threadId: undefined, streamsText: false };
    }
    const threadId = threadOf(context);
    const agent = command !== undefined && AGENT_COMMANDS.has(command) ? command : undefined;
    const handle = this.options.ask(prompt, {
      context: items,
      ...(threadId !== undefined && { threadId }),
      ...(agent !== undefined && { agent }),
    });
    return { handle, runId: handle.runId, threadId: handle.threadId, streamsText: true };
  }

  private async conclude(
    result: RunResult,
    { turn, stream }: { turn: ChatTurn; stream: vscode.ChatResponseStream },
  ): Promise<void> {
    if (!turn.hasText && result.text !== '') stream.markdown(result.text);
    for (const path of [...new Set([...turn.files, ...result.findings.map((finding) => finding.path)])].slice(
      0,
      MAX_REFERENCES,
    )) {
      const uri = await this.options.uriOf(path);
      if (uri) stream.reference(uri);
    }
    const { runId, traceId } = result;
    if (result.changes.length > 0) {
      stream.button({ command: COMMANDS.showChanges, title: vscode.l10n.t('Show changes'), arguments: [{ runId }] });
    }
    if (traceId !== '') {
      stream.button({ command: COMMANDS.openTrace, title: vscode.l10n.t('Open trace'), arguments: [{ traceId }] });
    }
  }
}

const MAX_REFERENCES = 20;

/** One answer while it comes about. */
class ChatTurn {
  hasText = false;
  readonly files = new Set<string>();
  private call: string | undefined;

  constructor(
    private readonly stream: vscode.ChatResponseStream,
    private readonly runId: string,
    private readonly options: { streamsText: boolean },
  ) {}

  take({ runId, channel, text, agent, callId, restart }: Parameters<Parameters<LiveText['subscribe']>[0]>[0]): void {
    if (runId !== this.runId || channel !== 'text' || !this.options.streamsText || agent === 'router' || text === '')
      return;
    // What was streamed can't be taken back: a new call, or one that starts again, begins a new paragraph.
    if (this.hasText && (restart === true || callId !== this.call)) this.stream.markdown('\n\n');
    this.call = callId;
    this.hasText = true;
    this.stream.markdown(text);
  }

  show(event: EventEnvelope): void {
    const line = progressOf(event);
    if (line !== undefined) this.stream.progress(line);
    if (event.topic === 'tool.completed') {
      const { files } = event.payload as { files?: string[] };
      for (const file of files ?? []) this.files.add(file);
    }
  }
}

function progressOf({ topic, agent, payload }: EventEnvelope): string | undefined {
  const told = payload as { agent?: string; reason?: string; title?: string; to?: string; why?: string };
  switch (topic) {
    case 'route.decided':
      return vscode.l10n.t('{0}: {1}', told.agent ?? '', told.reason ?? '');
    case 'handoff.completed':
      return vscode.l10n.t('{0} takes over: {1}', told.to ?? '', told.reason ?? '');
    case 'tool.started':
      return told.title;
    case 'task.started':
      return vscode.l10n.t('{0} works on: {1}', agent ?? '', told.title ?? '');
    case 'approval.requested':
      return vscode.l10n.t('Waits for you: {0}', told.title ?? '');
    default:
      return undefined;
  }
}

function resultOf(result: RunResult, threadId: string | undefined): vscode.ChatResult {
  const metadata: TurnMetadata = {
    runId: result.runId,
    findings: result.findings.length,
    changes: result.changes.filter(({ status }) => status === 'proposed').length,
    ...(threadId !== undefined && { threadId }),
    ...(result.agent !== undefined && { agent: result.agent }),
  };
  const failed = result.status === 'failed' && result.error;
  return { metadata, ...(failed && { errorDetails: { message: failed.message } }) };
}

/** The thread of the last answer of ours in this chat: a follow-up goes on there. */
function threadOf({ history }: vscode.ChatContext): string | undefined {
  for (const turn of [...history].reverse()) {
    if (!(turn instanceof vscode.ChatResponseTurn)) continue;
    const { threadId } = (turn.result.metadata ?? {}) as Partial<TurnMetadata>;
    if (threadId !== undefined) return threadId;
  }
  return undefined;
}

function contextItem({ value, modelDescription }: vscode.ChatPromptReference): ContextItem[] {
  if (value instanceof vscode.Uri) return [{ uri: value.toString() }];
  if (value instanceof vscode.Location) {
    const { uri, range } = value;
    const { start, end } = range;
    return [
      {
        uri: uri.toString(),
        range: {
          start: { line: start.line, character: start.character },
          end: { line: end.line, character: end.character },
        },
      },
    ];
  }
  return typeof value === 'string'
    ? [{ text: value, ...(modelDescription !== undefined && { label: modelDescription }) }]
    : [];
}

function targetOf(items: readonly ContextItem[]): ReviewTarget {
  const places = items.flatMap(({ uri, range }) => (uri === undefined ? [] : [{ uri, ...(range && { range }) }]));
  return places.length > 0 ? { kind: 'places', places } : { kind: 'changes', scope: 'working' };
}
