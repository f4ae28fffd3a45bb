// A ModelProvider whose readiness and models the test sets, and that records what it was asked.
import { failure, type Failure } from '../../src/core/failure';
import type { ChatModel, ModelId, ModelListing, ModelProvider, Readiness } from '../../src/core/model/chatModel';
import { ScriptedModel } from './scriptedModel';

type Asked = { interactive: boolean; model?: string };

export class ScriptedProvider implements ModelProvider {
  /** What `readiness` answers; a function may decide by what it is asked, or throw. */
  ready: Readiness | ((endpoint: string, asked: Asked) => Readiness | Promise<Readiness>);
  /** Models that `open` finds; undefined: any. */
  models: string[] | undefined;
  readonly asked: ({ endpoint: string } & Asked)[] = [];
  readonly opened: string[] = [];

  constructor(
    readonly provider: ModelId['provider'],
    ready: ScriptedProvider['ready'] = { ready: false, needs: `${provider} is not set up.` },
  ) {
    this.ready = ready;
  }

  async readiness(endpoint: string, options: Asked & { signal: AbortSignal }): Promise<Readiness> {
    const { signal: _, ...asked } = options;
    this.asked.push({ endpoint, ...asked });
    return typeof this.ready === 'function' ? this.ready(endpoint, asked) : this.ready;
  }

  async open(endpoint: string, model: string): Promise<ChatModel | Failure> {
    this.opened.push(`${endpoint}:${model}`);
    if (this.models && model !== '' && !this.models.includes(model)) return failure('model.not_found', `No ${model}.`);
    const { provider } = this;
    const name = model || 'default-model';
    return new ScriptedModel([], { id: { provider, endpoint, model: name }, isLanguageModel: provider !== 'offline' });
  }

  async list(endpoint: string): Promise<ModelListing[] | Failure> {
    return (this.models ?? []).map((model) => ({ id: { provider: this.provider, endpoint, model }, label: model }));
  }
}
