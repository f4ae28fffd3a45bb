// What the chat says about the model that will answer.
import type { ModelDirectory } from '../../core/model/modelDirectory';
import type { ChatModelLine } from '../chat/chatBackend';
import { labelOfModel, whyThisModel } from './modelSentences';

/** `select` opens the picker; whatever was chosen shows by itself. */
export function createModelLine(
  directory: Pick<ModelDirectory, 'current' | 'onDidChange'>,
  select: () => PromiseLike<unknown>,
): ChatModelLine {
  return {
    current: () => {
      const description = directory.current();
      if (!description) return undefined;
      const isOffline = description.kind === 'selected' && !description.isLanguageModel;
      return {
        label: labelOfModel(description),
        why: whyThisModel(description),
        offline: isOffline,
        acceptsImages: description.kind === 'selected' && description.acceptsImages,
      };
    },
    onDidChange: (handler) => directory.onDidChange(handler),
    select: async () => {
      await select();
    },
  };
}
