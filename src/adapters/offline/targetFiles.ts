// The first step of most policies: find out which files are meant, by asking the editor or git where the request does not say.
import { nextCalls, resultsOf, type Move, type Situation } from './policy';
import type { Place } from './places';

const ABOUT_CHANGES =
  /\b(?:chang(?:es?|ed)|diff|commit|staged|uncommitted|working tree|branch|pull request|pr|anderungen|modifications?|cambios)\b/i;
const CHANGED_FILE = /^ {2}(?:added|modified|renamed|untracked|conflicted) (\S.*?)(?: \(from .+\))?(?: \(staged\))?$/gm;

export type Targets = { move: Move } | { files: Place[] };

/** The files to look at, or the call that finds them out. No files: the whole workspace. */
export function targetFiles(situation: Situation, options: { maxFiles: number }): Targets {
  const { places, request } = situation;
  if (places.files.length > 0) return { files: places.files.slice(0, options.maxFiles) };
  if (ABOUT_CHANGES.test(request)) {
    const move = nextCalls(situation, [{ name: 'get_git_changes', input: {} }]);
    if (move) return { move };
    const changed = changedFiles(situation);
    if (changed.length > 0) return { files: changed.slice(0, options.maxFiles) };
  }
  if (places.everything) return { files: [] };
  const move = nextCalls(situation, [{ name: 'get_editor_context', input: {} }]);
  return move ? { move } : { files: [] };
}

export function changedFiles(situation: Pick<Situation, 'outcomes'>): Place[] {
  const [changes] = resultsOf(situation, 'get_git_changes');
  return [...(changes?.text ?? '').matchAll(CHANGED_FILE)].map((match) => ({ path: match[1] ?? '' }));
}
