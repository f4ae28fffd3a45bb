// Which files, lines and names a request speaks of: in its own words, in its material, and in what the editor shows.
import type { Conversation } from './conversation';

export interface Place {
  path: string;
  /** 1-based, inclusive. */
  startLine?: number;
  endLine?: number;
}

export interface Places {
  files: Place[];
  /** Names of code that the request mentions, as written. */
  names: string[];
  /** True when the whole project is meant. */
  everything: boolean;
}

const PATH =
  /(?<![\w/.@-])((?:\.{0,2}\/)?(?:[\w@.+-]+\/)*[\w@+.-]*[\w+-]\.(?!\d)[A-Za-z][A-Za-z0-9]{0,5})(?::(\d+)(?:-(\d+))?)?(?![\w/])/g;
/** `src/math.ts (lines 5-7)`, `src/math.ts (typescript, unsaved), lines 5-7` and the like. */
const LINES_AFTER = /^["'`)\]]?,?\s*(?:\([^()\n]*\),?\s*)?\(?lines?\s+(\d+)(?:\s*[-–]\s*(\d+))?/i;
/** `## Untitled-1 (typescript), lines 3-4` */
const TITLE = /^## (\S+) \([^()\n]*\)(?:, lines? (\d+)(?:-(\d+))?)?/gm;
const CODE_EXTENSION =
  /\.(?:[cm]?[jt]sx?|py|pyw|rb|go|rs|java|kt|cs|php|cc|cpp|c|h|hpp|swift|scala|vue|svelte|lua|sh|sql|html?|css|scss|less|md|rst|txt|json|ya?ml|toml|xml|ini|cfg|env|ipynb|dart|ex|exs|tf)$/i;
const EVERYTHING =
  /\b(?:whole|entire|all (?:the )?(?:code|files)|everything|project|repo(?:sitory)?|workspace|code ?base|everywhere|projekt|projet|proyecto)\b/i;
const IDENTIFIER =
  /(?<![\w$.`/-])(?:[a-z$_][\w$]*[A-Z][\w$]*|[A-Z][a-z0-9]+[A-Z][\w$]*|[A-Za-z]\w*_\w+|[A-Z]{2,}_[A-Z_]+)(?![\w/`]|\.\w)/g;
const EDITOR_ACTIVE = /^Active editor: (.+?) \([^()]*\)$/m;
const EDITOR_SELECTION = /^Selection: lines (\d+)(?:-(\d+))?$/m;

/** Reads the places out of a conversation; what the person named comes before what the editor shows. */
export function findPlaces(conversation: Pick<Conversation, 'request' | 'material' | 'files' | 'outcomes'>): Places {
  const { request, material, files, outcomes } = conversation;
  const code = wantsTests(request) ? attachedIn(material) : [];
  const named = code.length > 0 ? code : [...pathsIn(request), ...files.map((path) => ({ path }))];
  const attached = named.length > 0 ? [] : attachedIn(material);
  const editor = outcomes.find(({ name, isError }) => name === 'get_editor_context' && !isError)?.text ?? '';
  const everything = EVERYTHING.test(request);
  const shown = named.length > 0 || attached.length > 0 || everything ? [] : activeIn(editor);
  return { files: merge([...named, ...attached, ...shown]), names: namesIn(request), everything };
}

/** Documents that were never saved, and files such as `Dockerfile`, are attached under names that no text could be told apart from. */
function attachedIn(material: string): Place[] {
  const titled = [...material.matchAll(TITLE)].map(([, path = '', first, last]) => placeOf(path, first, last));
  const others = pathsIn(headlines(material));
  return others.length > 0 ? others : titled;
}

/** Tests are to be written: files that such a request names show how, and the code that they are for is attached. */
export function wantsTests(request: string): boolean {
  return /^\s*write (?:unit )?tests\b/i.test(request);
}

function pathsIn(text: string): Place[] {
  return [...text.matchAll(PATH)].flatMap((match) => {
    const [whole, path = '', first, last] = match;
    if (!CODE_EXTENSION.test(path) || /\w@/.test(path) || /^(?:e\.g|i\.e|node\.js|vue\.js|next\.js)$/i.test(path))
      return [];
    const after = LINES_AFTER.exec(text.slice(match.index + whole.length));
    return [placeOf(path.replace(/^\.\//, ''), first ?? after?.[1], last ?? after?.[2])];
  });
}

function placeOf(path: string, first: string | undefined, last: string | undefined): Place {
  if (first === undefined) return { path };
  return { path, startLine: Number(first), endLine: Number(last ?? first) };
}

/** The lines of attached material that name it: titles, problems, changed files. Code below them names other files. */
function headlines(material: string): string {
  const lines = material.split('\n');
  const named = lines.filter((line) =>
    /^## |^\S+:\d+ (?:error|warning): |^(?:added|modified|renamed|untracked) \S+(?: \(staged\))?$|^Files: /.test(line),
  );
  if (named.length > 0) return named.map((line) => line.replace(/^(\S+:\d+) (?:error|warning): .*$/, '$1')).join('\n');
  const code = lines.findIndex((line) => /^\s*(?:```|~~~)|^\d+\t/.test(line));
  return (code < 0 ? lines : lines.slice(0, code)).slice(0, 20).join('\n');
}

function activeIn(editor: string): Place[] {
  const path = EDITOR_ACTIVE.exec(editor)?.[1];
  if (path === undefined) return [];
  const lines = EDITOR_SELECTION.exec(editor);
  return [placeOf(path, lines?.[1], lines?.[2])];
}

function namesIn(request: string): string[] {
  const quoted = [...request.matchAll(/`([^`\n]{1,80})`|"([^"\n]{2,80})"|(?<!\w)'([^'\n]{2,80})'(?!\w)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  const called = [...request.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\(\)/g)].map((match) => match[1] ?? '');
  const plain = [...request.replace(/`[^`]*`/g, ' ').matchAll(IDENTIFIER)].map(([name]) => name);
  const names = [...quoted.map((name) => name.replace(/\(\)$/, '')), ...called, ...plain];
  return [...new Set(names.filter((name) => name !== '' && !CODE_EXTENSION.test(name)))].slice(0, 5);
}

/** One place for each file; lines only where all mentions agree on them. */
function merge(places: readonly Place[]): Place[] {
  const byPath = new Map<string, Place>();
  for (const place of places) {
    const known = byPath.get(place.path);
    if (!known || (known.startLine === undefined && place.startLine !== undefined)) byPath.set(place.path, place);
  }
  return [...byPath.values()].slice(0, 5);
}
