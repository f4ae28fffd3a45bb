// What a review left out and why, as data, and the sentences that are made of it.
import { sayInEnglish, type Say } from '../say';

/** Files of one review; a folder or branch with more is reviewed in parts by naming them. */
export const MAX_FILES = 200;

/** What makes a file nothing to review. */
export type SkipReason = 'generated' | 'too_long' | 'empty' | 'moved';

export type ReviewNote =
  | { kind: 'skipped'; path: string; reason: SkipReason }
  | { kind: 'skipped_for'; path: string; why: string }
  | { kind: 'files_left_out'; count: number }
  | { kind: 'not_read'; text: string };

/** What became of findings on their way into the answer. */
export type AnswerNote =
  | ReviewNote
  /** A whole sentence of the analysis or of the arbiter. */
  | { kind: 'said'; text: string }
  | { kind: 'not_there' | 'refuted' | 'dismissed'; count: number };

export function noteText(note: AnswerNote, say: Say = sayInEnglish): string {
  switch (note.kind) {
    case 'skipped':
      return skipText(note.path, note.reason, say);
    case 'skipped_for':
      return say('{0} was not reviewed: {1}', note.path, note.why);
    case 'files_left_out':
      return say(
        '{0} more files were left out: a review takes {1} files. Review a folder at a time to see them all.',
        note.count,
        MAX_FILES,
      );
    case 'not_there':
      return say('{0} findings were left out: the code that they speak of is not there.', note.count);
    case 'refuted':
      return say('{0} findings of the analysis were looked at and found to be false alarms.', note.count);
    case 'dismissed':
      return say('{0} findings that were dismissed earlier are left out.', note.count);
    case 'not_read':
    case 'said':
      return note.text;
  }
}

function skipText(path: string, reason: SkipReason, say: Say): string {
  switch (reason) {
    case 'generated':
      return say('{0} was not reviewed: it is generated or minified.', path);
    case 'too_long':
      return say('{0} was not reviewed: it is too long.', path);
    case 'empty':
      return say('{0} was not reviewed: it is empty.', path);
    case 'moved':
      return say('{0} was not reviewed: it was only moved.', path);
  }
}
