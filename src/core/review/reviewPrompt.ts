// What a reviewer is asked: what to look at, how to hand it in, and the material.
import type { RequestParts } from '../agents/userMessage';
import { REPORT_FINDINGS, type PreparedFile } from './review';

const MAX_DELETED_LINES = 120;

/** The request and its material; the material comes from files and is marked as such by whoever sends it. */
export function reviewRequestText({
  focus,
  items,
  deleted,
}: {
  focus?: string;
  items: readonly PreparedFile[];
  deleted: readonly { path: string; diff: string }[];
}): Pick<RequestParts, 'text' | 'contextText'> {
  const hasChanges = items.some(({ review }) => review.change !== undefined) || deleted.length > 0;
  const text = [
    hasChanges
      ? 'Review these changes. Lines marked with > are new or changed; judge them, with the rest as surroundings.'
      : 'Review this code. Where lines are marked with >, judge those, with the rest as surroundings.',
    ...(focus === undefined || focus.trim() === '' ? [] : [`Look at this in particular: ${focus.trim()}`]),
    'Read more of the workspace where the question needs it: callers, types, tests.',
    `Findings of the analysis are given with their ids. Those that are right need not be repeated, unless you can say more; name those that are false alarms in "refuted", with why.`,
    `Hand everything in with one call of ${REPORT_FINDINGS}: one finding per cause, each with the exact code as evidence, the line numbers as shown, and a replacement only where it is sure. An empty list is a good answer where there is nothing to say.`,
  ].join('\n');
  const gone = deleted.map(
    ({ path, diff }) => `File ${path} (deleted)\n\n${diff.split('\n').slice(0, MAX_DELETED_LINES).join('\n')}`,
  );
  return { text, contextText: [...items.map(({ material }) => material), ...gone].join('\n\n---\n\n') };
}
