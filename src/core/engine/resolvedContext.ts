import type { ContextItem } from '../../api';
import type { ContentPart } from '../model/chatModel';
import type { ContextReference } from '../routing/parseRequest';

/** Attached code and references of a request, as text for a model, with images apart. */
export interface ResolvedContext {
  text: string;
  images: Extract<ContentPart, { type: 'image' }>[];
}

/** Reads what a request brings along and what its text refers to. */
export type ResolveContext = (
  items: readonly ContextItem[],
  references: readonly ContextReference[],
  signal: AbortSignal,
) => Promise<ResolvedContext>;
