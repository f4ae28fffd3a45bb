import type { ChatModel, ModelListing, ModelProvider, Readiness } from '../../core/model/chatModel';
import { OFFLINE_MODEL_ID } from './offlineModelId';
import type { Say } from '../../core/say';

/** Always ready: rules instead of a model, with nothing to configure and nothing that leaves the machine. */
export class OfflineProvider implements ModelProvider {
  readonly provider = 'offline';

  /** See `OfflineChatModel`. */
  constructor(private readonly say?: Say) {}

  readiness(): Promise<Readiness> {
    return Promise.resolve({ ready: true, why: 'It needs no model, no key and no network.' });
  }

  async open(): Promise<ChatModel> {
    const { OfflineChatModel } = await import('./offlineChatModel');
    return new OfflineChatModel(this.say);
  }

  list(): Promise<ModelListing[]> {
    return Promise.resolve([
      { id: OFFLINE_MODEL_ID, label: 'Offline rules', detail: 'No language model: real tools, fixed rules' },
    ]);
  }
}
