// The offline policy as a chat model: no model, no network, the same answer for the same history. It calls the agents' real tools.
import type { AssistantMessage, ChatModel, ChatRequest, StreamPart, ToolCall } from '../../core/model/chatModel';
import { CANCELLED } from '../../core/failure';
import { OFFLINE_MODEL_ID } from './offlineModelId';
import type { Say } from '../../core/say';

/** An answer is streamed in pieces of about this many characters, cut between lines. */
const PIECE_LENGTH = 240;

export class OfflineChatModel implements ChatModel {
  readonly id = OFFLINE_MODEL_ID;
  readonly acceptsImages = false;
  readonly isLanguageModel = false;

  /** `say` gives answers the language of the person; default: English. */
  constructor(private readonly say?: Say) {}

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<StreamPart> {
    if (signal.aborted) {
      yield cancelled();
      return;
    }
    const [{ nextMove }, { sayInEnglish }] = await Promise.all([import('./nextMove'), import('../../core/say')]);
    const { move, callCount } = nextMove(request, this.say ?? sayInEnglish);
    if ('calls' in move && move.calls.length > 0) {
      for (const [index, { name, input }] of move.calls.entries()) {
        yield {
          type: 'toolCall',
          call: toolCall(`offline_${request.role}_${callCount + index + 1}`, name, input),
        };
      }
      yield { type: 'finish', reason: 'tool_calls', responseModel: this.id.model };
      return;
    }
    for (const text of pieces('answer' in move ? move.answer : '')) {
      yield { type: 'text', text };
      // Lets whoever shows the text do so, and whoever stops it be heard.
      await Promise.resolve();
      if (isAborted(signal)) {
        yield cancelled();
        return;
      }
    }
    yield { type: 'finish', reason: 'stop', responseModel: this.id.model };
  }
}

function toolCall(id: string, name: string, input: Record<string, unknown>): ToolCall {
  return { id, name, arguments: input } satisfies AssistantMessage['toolCalls'][number];
}

function pieces(answer: string): string[] {
  const found: string[] = [];
  let current = '';
  for (const line of answer.split(/(?<=\n)/)) {
    current += line;
    if (current.length >= PIECE_LENGTH) {
      found.push(current);
      current = '';
    }
  }
  return current === '' ? found : [...found, current];
}

/** Asked again after a pause: the signal may have changed meanwhile. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function cancelled(): StreamPart {
  return { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };
}
