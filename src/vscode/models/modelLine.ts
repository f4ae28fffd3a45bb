// What the chat says about the model that will answer.
import type { Disposable } from '../../core/disposable';
import type { ModelDirectory } from '../../core/model/modelDirectory';
import { labelOfModel, whyThisModel } from './modelSentences';

/** Which model answers, and why. */
export interface ModelLine {
  /** Undefined until it is known (a local server is still being asked, say). */
  current(): AnsweringModel | undefined;
  onDidChange(handler: () => void): Disposable;
  /** Opens the picker (`agentTeam.selectModel`). */
  select(): Promise<void>;
}

export interface AnsweringModel {
  /** For people, e.g. `gpt-4o` or `No model (offline rules)`. */
  label: string;
  /** One sentence: why this one. */
  why: string;
  /** True: answers come from rules, without a model. */
  offline: boolean;
  acceptsImages: boolean;
}

/** `select` opens the picker; whatever was chosen shows by itself. */
export function createModelLine(
  directory: Pick<ModelDirectory, 'current' | 'onDidChange'>,
  select: () => PromiseLike<unknown>,
): ModelLine {
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
