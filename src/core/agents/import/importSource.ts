// Which files of other tools define agents or hold rules for them, and what kind each is. Paths are relative to a workspace folder.

export type SourceKind =
  | 'rooModes'
  | 'clineRules'
  | 'cursorRule'
  | 'cursorRules'
  | 'copilotInstructions'
  | 'instructions'
  | 'prompt'
  | 'chatMode';

export interface ImportSource {
  /** With `/`, relative to the workspace folder. */
  path: string;
  text: string;
}

/** Longest file that is read, in characters. */
export const MAX_SOURCE_LENGTH = 200_000;

/** What to look for below a workspace folder. */
export const SOURCE_GLOBS: readonly string[] = [
  '.roomodes',
  '.clinerules',
  '.clinerules/**/*.md',
  '.clinerules/**/*.txt',
  '.cursorrules',
  '.cursor/rules/**/*.mdc',
  '.github/copilot-instructions.md',
  '.github/instructions/**/*.instructions.md',
  '.github/prompts/**/*.prompt.md',
  '.github/chatmodes/**/*.chatmode.md',
];

const KINDS: readonly (readonly [RegExp, SourceKind])[] = [
  [/^\.roomodes$/, 'rooModes'],
  [/^\.clinerules\/workflows\/.+\.(?:md|txt)$/, 'prompt'],
  [/^\.clinerules(?:\/.+\.(?:md|txt))?$/, 'clineRules'],
  [/^\.cursorrules$/, 'cursorRules'],
  [/^\.cursor\/rules\/.+\.mdc$/, 'cursorRule'],
  [/^\.github\/copilot-instructions\.md$/, 'copilotInstructions'],
  [/^\.github\/instructions\/.+\.instructions\.md$/, 'instructions'],
  [/^\.github\/prompts\/.+\.prompt\.md$/, 'prompt'],
  [/^\.github\/chatmodes\/.+\.chatmode\.md$/, 'chatMode'],
];

/** The kind of a file by its path; undefined for files that are none of these. */
export function sourceKind(path: string): SourceKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1];
}

/** `.github/prompts/release-notes.prompt.md` is called `release-notes`. */
export function sourceName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/(?:\.(?:prompt|chatmode|instructions))?\.(?:md|mdc|txt)$/, '');
}
