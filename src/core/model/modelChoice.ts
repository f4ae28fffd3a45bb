// Which model was chosen and why: data for logs, spans, the status item and the picker.
import type { Failure } from '../failure';
import type { ChatModel, ModelId } from './chatModel';

/** What decided about the model or the endpoint. */
export type ChoiceSource =
  /** `agentTeam.models`, under the role's own name or under `default`. */
  | { kind: 'models-setting'; key: string }
  /** The definition of the agent itself names the model. */
  | { kind: 'agent-definition' }
  | { kind: 'provider-setting' }
  /** `auto`, or the default model of an endpoint that was chosen otherwise. */
  | { kind: 'automatic' };

/** An endpoint that `auto` passed over, and what it lacks. */
export interface PassedOver {
  endpoint: string;
  needs: string;
}

/** Why a model answers: who chose the endpoint, who chose the model there, and what `auto` passed over on the way. */
export interface ChoiceReason {
  endpoint: ChoiceSource;
  model: ChoiceSource;
  /** What makes the endpoint ready, in the provider's words. */
  ready: string;
  passedOver: PassedOver[];
}

export interface ModelSelection {
  model: ChatModel;
  /** One English clause for logs and spans; views make their own sentence of `reason`. */
  why: string;
  reason: ChoiceReason;
}

/** What would answer now, for the status item. */
export type ModelDescription =
  | {
      kind: 'selected';
      id: ModelId;
      isLanguageModel: boolean;
      acceptsImages: boolean;
      why: string;
      reason: ChoiceReason;
    }
  | { kind: 'failed'; failure: Failure };

export function createSelection(model: ChatModel, reason: ChoiceReason): ModelSelection {
  return { model, why: clauseOf(reason), reason };
}

export function describeSelection(outcome: ModelSelection | Failure): ModelDescription {
  if (!('model' in outcome)) return { kind: 'failed', failure: outcome };
  const { model, why, reason } = outcome;
  const { id, isLanguageModel, acceptsImages } = model;
  return { kind: 'selected', id, isLanguageModel, acceptsImages, why, reason };
}

function clauseOf({ endpoint, model, ready }: ChoiceReason): string {
  const decisive = model.kind === 'models-setting' || model.kind === 'agent-definition' ? model : endpoint;
  switch (decisive.kind) {
    case 'models-setting':
      return `set in agentTeam.models for ${decisive.key}`;
    case 'agent-definition':
      return "named in the agent's definition";
    case 'provider-setting':
      return `set in agentTeam.provider; ${ready}`;
    case 'automatic':
      return `chosen automatically: ${ready}`;
  }
}
