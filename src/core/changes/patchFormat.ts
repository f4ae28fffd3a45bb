// Reads patches as models write them: unified diffs (line counts may be wrong) and the `*** Begin Patch` form.

export interface PatchHunk {
  /** Lines that must be there, in order, without line endings. Empty for a pure insertion. */
  oldLines: string[];
  newLines: string[];
  /** 1-based line at which the patch believes the hunk to start; for an insertion, the line after which it goes. */
  line?: number;
  /** Lines that stand somewhere above the hunk, outermost first (`@@ class A`). */
  anchors: string[];
  /** Set where the patch says so: the hunk's last line ends the file. */
  atEnd?: boolean;
  /** Whether the file's last line ends with a line ending afterwards; absent: as it was. */
  finalNewline?: boolean;
}

export type FilePatch =
  | { kind: 'modify'; path: string; moveTo?: string; hunks: PatchHunk[] }
  | { kind: 'create'; path: string; content: string }
  | { kind: 'delete'; path: string };

export type PatchOutcome = { ok: true; files: FilePatch[] } | { ok: false; problem: string };

const FENCE = /^```[\w-]*\n([\s\S]*?)\n```\s*$/;

/** Parses either form; prose or a code fence around it is ignored. */
export function parsePatch(patch: string): PatchOutcome {
  const text = patch.replace(/\r\n?/g, '\n');
  const body = FENCE.exec(text.trim())?.[1] ?? text;
  const lines = trimEmptyEnd(body.split('\n'));
  const outcome = lines.some((line) => line.trim() === '*** Begin Patch')
    ? parseBeginPatch(lines)
    : parseUnified(lines);
  if (outcome.ok && outcome.files.length === 0) {
    return bad('There is no change in it. Give a unified diff (---, +++, @@) or the form "*** Begin Patch".');
  }
  return outcome;
}

function bad(problem: string): PatchOutcome {
  return { ok: false, problem: `The patch can't be read: ${problem}` };
}

// -- *** Begin Patch ------------------------------------------------------------------------------------------------

const FILE_HEADER = /^\*\*\* (Add|Update|Delete) File: (.+)$/;

function parseBeginPatch(all: readonly string[]): PatchOutcome {
  const begin = all.findIndex((line) => line.trim() === '*** Begin Patch');
  const end = all.findIndex((line, index) => index > begin && line.trim() === '*** End Patch');
  const lines = all.slice(begin + 1, end < 0 ? undefined : end);
  const files: FilePatch[] = [];
  let at = 0;
  while (at < lines.length) {
    const header = FILE_HEADER.exec(lines[at] ?? '');
    if (!header) {
      if ((lines[at] ?? '').trim() !== '')
        return bad(`"${lines[at] ?? ''}" stands where a "*** … File:" line belongs.`);
      at += 1;
      continue;
    }
    let next = at + 1;
    while (next < lines.length && !FILE_HEADER.test(lines[next] ?? '')) next += 1;
    const file = beginPatchFile(header[1] ?? '', (header[2] ?? '').trim(), lines.slice(at + 1, next));
    if ('problem' in file) return bad(file.problem);
    files.push(file);
    at = next;
  }
  return { ok: true, files };
}

function beginPatchFile(verb: string, path: string, body: readonly string[]): FilePatch | { problem: string } {
  if (verb === 'Delete') return { kind: 'delete', path };
  if (verb === 'Add') {
    const content = body.filter((line) => line !== '');
    const stray = content.find((line) => !line.startsWith('+'));
    if (stray !== undefined)
      return { problem: `every line of the new file ${path} must begin with "+", "${stray}" does not.` };
    return { kind: 'create', path, content: content.map((line) => `${line.slice(1)}\n`).join('') };
  }
  return updatedFile(path, body);
}

function updatedFile(path: string, body: readonly string[]): FilePatch | { problem: string } {
  const move = /^\*\*\* Move to: (.+)$/.exec(body[0] ?? '')?.[1]?.trim();
  const hunks: PatchHunk[] = [];
  let current: PatchHunk | undefined;
  for (const line of trimEmptyEnd(move === undefined ? body : body.slice(1))) {
    if (line.startsWith('@@')) {
      const anchor = line.replace(/^@@ ?/, '').replace(/ ?@@$/, '').trim();
      const isContinuation = current && current.oldLines.length === 0 && current.newLines.length === 0;
      if (!current || !isContinuation) hunks.push((current = emptyHunk()));
      if (anchor !== '') current.anchors.push(anchor);
    } else if (line.trim() === '*** End of File') {
      if (current) current.atEnd = true;
    } else {
      if (!current) hunks.push((current = emptyHunk()));
      if (!addBodyLine(current, line))
        return { problem: `"${line}" in ${path} begins with neither a blank, "+" nor "-".` };
    }
  }
  return { kind: 'modify', path, hunks: hunks.filter(isChange), ...(move !== undefined && { moveTo: move }) };
}

function trimEmptyEnd(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') end -= 1;
  return lines.slice(0, end);
}

// -- unified diff ---------------------------------------------------------------------------------------------------

const HUNK_HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

function parseUnified(lines: readonly string[]): PatchOutcome {
  const files: FilePatch[] = [];
  let rename: { from?: string; to?: string } = {};
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.startsWith('diff --git ')) {
      pushRename(files, rename);
      rename = {};
    }
    if (line.startsWith('rename from ')) rename.from = line.slice('rename from '.length);
    if (line.startsWith('rename to ')) rename.to = line.slice('rename to '.length);
    if (!isFileHeader(lines, at)) {
      at += 1;
      continue;
    }
    const from = headerPath(line.slice(4));
    const to = headerPath((lines[at + 1] ?? '').slice(4));
    const read = readHunks(lines, at + 2);
    if ('problem' in read) return bad(read.problem);
    const file = unifiedFile(from, to, read.hunks);
    if ('problem' in file) return bad(file.problem);
    files.push(file);
    rename = {};
    at = read.next;
  }
  pushRename(files, rename);
  return { ok: true, files };
}

function pushRename(files: FilePatch[], { from, to }: { from?: string; to?: string }): void {
  if (from !== undefined && to !== undefined) files.push({ kind: 'modify', path: from, moveTo: to, hunks: [] });
}

function isFileHeader(lines: readonly string[], at: number): boolean {
  return (lines[at] ?? '').startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ');
}

/** The path of a `---` or `+++` line; undefined for /dev/null. Time stamps and git's `a/`, `b/` are not part of it. */
function headerPath(text: string): string | undefined {
  const path = (text.split('\t', 1)[0] ?? '').trim().replace(/^"(.*)"$/, '$1');
  return path === '/dev/null' ? undefined : path.replace(/^[ab]\//, '');
}

function unifiedFile(
  from: string | undefined,
  to: string | undefined,
  hunks: PatchHunk[],
): FilePatch | { problem: string } {
  if (to === undefined) {
    return from === undefined ? { problem: 'both sides are /dev/null.' } : { kind: 'delete', path: from };
  }
  if (from === undefined) {
    const lines = hunks.flatMap((hunk) => hunk.newLines);
    const final = hunks.at(-1)?.finalNewline === false ? '' : '\n';
    return { kind: 'create', path: to, content: lines.length === 0 ? '' : lines.join('\n') + final };
  }
  return { kind: 'modify', path: from, hunks, ...(from !== to && { moveTo: to }) };
}

function readHunks(
  lines: readonly string[],
  start: number,
): { hunks: PatchHunk[]; next: number } | { problem: string } {
  const hunks: PatchHunk[] = [];
  let at = start;
  for (let header = HUNK_HEADER.exec(lines[at] ?? ''); header; header = HUNK_HEADER.exec(lines[at] ?? '')) {
    const hunk: PatchHunk = { ...emptyHunk(), line: Number(header[1]) };
    const expected = { old: Number(header[2] ?? 1), new: Number(header[4] ?? 1) };
    at = readHunkBody(lines, at + 1, hunk, expected);
    if (isChange(hunk)) hunks.push(hunk);
  }
  if (hunks.length === 0)
    return {
      problem: `line ${start + 1}, "${lines[start] ?? ''}", is no "@@ -1,2 +1,2 @@" line, or its hunk changes nothing.`,
    };
  return { hunks, next: at };
}

/** Counts are believed only as far as they tell a removed `-- x` from the next file's header; models get them wrong. */
function readHunkBody(
  lines: readonly string[],
  start: number,
  hunk: PatchHunk,
  expected: { old: number; new: number },
): number {
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const isFull = hunk.oldLines.length >= expected.old && hunk.newLines.length >= expected.new;
    if (line.startsWith('\\')) {
      markMissingNewline(hunk, lines[at - 1] ?? '');
      continue;
    }
    if (HUNK_HEADER.test(line) || line.startsWith('diff --git ')) break;
    if (isFileHeader(lines, at) && isFull) break;
    if (isFull && (line === '' || !/^[ +-]/.test(line))) break;
    if (!addBodyLine(hunk, line)) break;
  }
  return at;
}

function markMissingNewline(hunk: PatchHunk, previous: string): void {
  hunk.atEnd = true;
  if (previous.startsWith('+') || previous.startsWith(' ')) hunk.finalNewline = false;
  else hunk.finalNewline = true;
}

// -- both -----------------------------------------------------------------------------------------------------------

function emptyHunk(): PatchHunk {
  return { oldLines: [], newLines: [], anchors: [] };
}

function isChange(hunk: PatchHunk): boolean {
  return (
    hunk.oldLines.join('\n') !== hunk.newLines.join('\n') ||
    hunk.oldLines.length !== hunk.newLines.length ||
    hunk.finalNewline !== undefined
  );
}

/** An empty line counts as an empty context line: editors and models strip its blank. */
function addBodyLine(hunk: PatchHunk, line: string): boolean {
  const text = line.slice(1);
  if (line === '' || line.startsWith(' ')) {
    hunk.oldLines.push(text);
    hunk.newLines.push(text);
  } else if (line.startsWith('+')) hunk.newLines.push(text);
  else if (line.startsWith('-')) hunk.oldLines.push(text);
  else return false;
  return true;
}
