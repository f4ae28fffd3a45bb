// The rows of a run's changes: all of them, each file, each hunk. Pure: words come in, so that it runs without VS Code.
import type { FileChange } from '../../api';
import { themeColour } from '../../protocol/agentLook';
import { isChange, isOpen, isRevertible } from '../changes/openChanges';
import type { Row } from './row';

/** Words for people, made where `vscode.l10n` is. */
export interface ChangeWords {
  changes(files: number): string;
  hunkAt(line: number): string;
  status(status: string): string;
  kind(kind: FileChange['kind']): string;
  renamedFrom(path: string): string;
}

/** Hunks listed below one file; the diff shows the rest. */
const MAX_HUNKS = 200;

const KIND_ICONS: Record<FileChange['kind'], { icon: string; colour: string }> = {
  create: { icon: 'diff-added', colour: 'charts.green' },
  modify: { icon: 'diff-modified', colour: 'charts.yellow' },
  delete: { icon: 'diff-removed', colour: 'charts.red' },
  rename: { icon: 'diff-renamed', colour: 'charts.blue' },
};

/** `+64 -3`; nothing for a change without lines. */
export function formatLineCounts({ added, removed }: { added: number; removed: number }): string {
  return [added > 0 ? `+${added}` : '', removed > 0 ? `-${removed}` : ''].filter(Boolean).join(' ');
}

/** One row with the files below it; undefined for a run that changed nothing. */
export function changesRow(runId: string, all: readonly FileChange[], words: ChangeWords): Row | undefined {
  const changes = all.filter(isChange);
  if (changes.length === 0) return undefined;
  const counted = changes.filter(({ status }) => status !== 'rejected' && status !== 'reverted');
  const sum = {
    added: counted.reduce((total, { added }) => total + added, 0),
    removed: counted.reduce((total, { removed }) => total + removed, 0),
  };
  const open = changes.filter(isOpen);
  const conflicts = changes.some(({ status }) => status === 'conflicted');
  const id = `${runId}/changes`;
  const state = open.length > 0 ? 'open' : 'settled';
  return {
    id,
    label: words.changes(changes.length),
    description: formatLineCounts(sum),
    icon: conflicts ? 'warning' : 'diff-multiple',
    ...(conflicts && { colour: themeColour('orange') }),
    details: [],
    children: () => changes.map((change) => fileRow(id, change, words)),
    isOpen: true,
    contextValue: `change run ${state}${changes.some(isRevertible) ? ' revertible' : ''}`,
  };
}

function fileRow(parent: string, change: FileChange, words: ChangeWords): Row {
  const { path, kind, status, from } = change;
  const id = `${parent}/${path}`;
  const waits = isOpen(change);
  // What waits in the usual way needs no word.
  const state = status === 'proposed' ? '' : words.status(status);
  const parts = [kind === 'modify' ? '' : words.kind(kind), formatLineCounts(change), state];
  const hunks = change.hunks.length > 1 ? change.hunks.slice(0, MAX_HUNKS) : [];
  return {
    id,
    label: path,
    description: parts.filter(Boolean).join(' · '),
    ...(status === 'conflicted' ? { icon: 'warning', colour: themeColour('orange') } : KIND_ICONS[kind]),
    details: from === undefined ? [] : [['change', words.renamedFrom(from)]],
    ...(hunks.length > 0 && { children: () => hunks.map((hunk) => hunkRow(id, path, { hunk, words })) }),
    target: { path },
    contextValue: `change file ${waits ? 'open' : 'settled'}`,
  };
}

function hunkRow(
  parent: string,
  path: string,
  { hunk, words }: { hunk: FileChange['hunks'][number]; words: ChangeWords },
): Row {
  const waits = hunk.status === 'proposed' || hunk.status === 'conflicted';
  return {
    id: `${parent}/${hunk.id}/${hunk.status}`,
    label: words.hunkAt(hunk.startLine),
    description: hunk.status === 'proposed' ? '' : words.status(hunk.status),
    icon: waits ? 'circle-outline' : hunk.status === 'accepted' ? 'check' : 'circle-slash',
    details: [],
    target: { path, hunkId: hunk.id },
    contextValue: `change hunk ${waits ? 'open' : 'settled'}`,
  };
}
