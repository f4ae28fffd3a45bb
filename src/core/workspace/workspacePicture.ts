// A few lines on the workspace for whoever decides who should work on a request.
import { isFailure } from '../failure';
import { inTime } from './inTime';
import { languageIdOf } from './languageId';
import type { FileLocation } from './workspace';
import type { WorkspacePorts } from './workspacePorts';

/** Bound of the whole picture, in characters. */
export const MAX_PICTURE_LENGTH = 1500;

const MAX_FILES = 10_000;
const MAX_LINE_LENGTH = 420;
const TIMEOUT_MS = 4000;
/** Languages that say little about what a project is written in. */
const SIDE_LANGUAGES = new Set(['plaintext', 'json', 'jsonc', 'jsonl', 'ignore', 'yaml', 'toml', 'xml', 'ini', 'diff']);

const cut = (line: string) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH - 1)}…` : line);

function ranked(names: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Folders of the top level with how many files they have, then its files. */
function topLevel(files: readonly FileLocation[]): string {
  const segments = files.map((file) => file.path.split('/'));
  const folders = ranked(segments.flatMap(([first, ...rest]) => (rest.length > 0 && first ? [`${first}/`] : [])));
  const single = segments.flatMap(([first, ...rest]) => (rest.length === 0 && first ? [first] : []));
  return [...folders.map(([name, count]) => `${name} (${count})`), ...new Set(single)].join(', ');
}

async function filesLines({ workspace }: WorkspacePorts, signal: AbortSignal): Promise<string[]> {
  const folders = workspace.folders();
  if (folders.length === 0) return ['No folder is open.'];
  const listed = await workspace.list({ limit: MAX_FILES }, signal);
  if (isFailure(listed)) return [`Folders: ${folders.map(({ name }) => name).join(', ')}`];
  const { files, truncated } = listed;
  const count = `${truncated ? 'over ' : ''}${files.length.toLocaleString('en-US')} files`;
  const languages = ranked(files.map((file) => languageIdOf(file.path)).filter((id) => !SIDE_LANGUAGES.has(id)));
  return [
    `Folders: ${folders.map(({ name }) => name).join(', ')} (${count})`,
    `Top level${truncated ? ` (of the first ${MAX_FILES})` : ''}: ${topLevel(files)}`,
    ...(languages.length > 0
      ? [
          `Languages: ${languages
            .slice(0, 6)
            .map(([id, files]) => `${id} ${files}`)
            .join(', ')}`,
        ]
      : []),
  ];
}

function editorLine({ editor }: WorkspacePorts): string[] {
  const { active } = editor.current();
  if (active === undefined) return [];
  const { selection } = active;
  const selected = selection
    ? `, lines ${selection.range.start.line + 1}-${selection.range.end.line + 1} selected`
    : '';
  return [`Open: ${active.path} (${active.languageId}${active.isDirty ? ', unsaved' : ''}${selected})`];
}

function problemsLine({ languages }: WorkspacePorts): string[] {
  const all = languages.diagnostics();
  const count = (severity: string) => all.filter((entry) => entry.severity === severity).length;
  return [`Problems: ${count('error')} errors, ${count('warning')} warnings`];
}

async function gitLine({ git }: WorkspacePorts, signal: AbortSignal): Promise<string[]> {
  if (git.summary === undefined) return [];
  const summary = await git.summary(signal);
  if (isFailure(summary)) return [];
  const branch = summary.head === undefined ? '' : `branch ${summary.head}, `;
  return [`Git: ${branch}${summary.changedFiles} changed files`];
}

/** The picture, at most `MAX_PICTURE_LENGTH` characters; what can't be told within some seconds is left out. */
export async function workspacePicture(ports: WorkspacePorts, signal: AbortSignal): Promise<string> {
  const limits = { timeoutMs: TIMEOUT_MS, signal };
  const names = ports.workspace.folders().map(({ name }) => name);
  const [files, git] = await Promise.all([
    inTime((bounded) => filesLines(ports, bounded), [`Folders: ${names.join(', ')}`], limits),
    inTime((bounded) => gitLine(ports, bounded), [], limits),
  ]);
  const lines = [...files, ...editorLine(ports), ...problemsLine(ports), ...git].map(cut);
  return lines.join('\n').slice(0, MAX_PICTURE_LENGTH);
}
