// Three-way merge of a file with its existence: undefined stands for no file.
import { mergeText, type MergeLabels, type MergeOutcome } from './mergeText';
import { dominantEol, hasMixedEols, withEol } from './textPositions';

export type FileText = string | undefined;

type UncleanMerge = Extract<MergeOutcome, { clean: false }>;

export interface FileMergeInput {
  base: FileText;
  /** What is there now. */
  present: FileText;
  /** What is wanted. */
  proposed: FileText;
}

export type FileMerge =
  | { clean: true; text: FileText }
  | {
      clean: false;
      reason: 'edit.conflict' | 'edit.file_exists' | 'edit.file_gone' | 'edit.file_changed';
      withMarkers?: (labels: MergeLabels) => string;
      /** What stands against each other line by line; absent where a side is no file. */
      lines?: Pick<UncleanMerge, 'conflicts' | 'settle'>;
    };

/** Brings base→proposed onto `present`. A file that changed is never deleted, one that appeared never replaced. */
export function mergeFile({ base, present, proposed }: FileMergeInput): FileMerge {
  if (present === proposed || base === proposed) return { clean: true, text: present };
  if (base === present) return { clean: true, text: proposed };
  if (base === undefined) {
    return { clean: false, reason: 'edit.file_exists', ...markersOf({ base: '', present, proposed }) };
  }
  if (present === undefined) return { clean: false, reason: 'edit.file_gone' };
  if (proposed === undefined) return { clean: false, reason: 'edit.file_changed' };
  const [ownBase, ownProposed] = withEolOf(present, base, proposed);
  const merge = mergeText({ base: ownBase, ours: present, theirs: ownProposed });
  return merge.clean ? merge : { clean: false, reason: 'edit.conflict', withMarkers: merge.withMarkers, lines: merge };
}

function markersOf(texts: FileMergeInput): Pick<Extract<FileMerge, { clean: false }>, 'withMarkers' | 'lines'> {
  const { base, present, proposed } = texts;
  if (base === undefined || present === undefined || proposed === undefined) return {};
  const merge = mergeText({ base, ours: present, theirs: proposed });
  return merge.clean ? {} : { withMarkers: merge.withMarkers, lines: merge };
}

/** Someone who switched a file's line endings changed no line: base and proposal follow, unless a text mixes them. */
function withEolOf(present: string, base: string, proposed: string): [string, string] {
  const eol = dominantEol(present);
  const isSwitched = /[\r\n]/.test(base) && /[\r\n]/.test(present) && dominantEol(base) !== eol;
  if (!isSwitched || hasMixedEols(present) || hasMixedEols(base) || hasMixedEols(proposed)) return [base, proposed];
  return [withEol(base, eol), withEol(proposed, eol)];
}
