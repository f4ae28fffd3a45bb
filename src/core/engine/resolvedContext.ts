import type { ContextItem } from '../../api';
import type { ContextReference, ResolvedContext } from '../workspace/contextItems';

/** Reads what a request brings along and what its text refers to. */
export type ResolveContext = (
  items: readonly ContextItem[],
  references: readonly ContextReference[],
  signal: AbortSignal,
) => Promise<ResolvedContext>;
