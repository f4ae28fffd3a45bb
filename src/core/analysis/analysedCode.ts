// What of a file is code that rules can judge: of a notebook the cells in one language, of an unsaved document what its editor says it is.
import type { TextSnapshot } from '../workspace/workspace';
import { KNOWN_LANGUAGES, languageOf, languageOfScript, type KnownLanguage } from './languages';

export interface AnalysedCode {
  language: KnownLanguage;
  /** As long as the file's text, with every character in its place; what is no code is blank. */
  text: string;
}

/** VS Code's ids of languages, for documents without a name that tells. */
const GRAMMAR_OF_ID: Readonly<Record<string, string>> = {
  typescript: 'typescript',
  typescriptreact: 'tsx',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  python: 'python',
  go: 'go',
  java: 'java',
  csharp: 'c_sharp',
  rust: 'rust',
  php: 'php',
  shellscript: 'bash',
};

/** Undefined for a file in a language that we have no rules for. */
export function analysedCode(
  file: Pick<TextSnapshot, 'path' | 'kind' | 'languageId' | 'text'>,
): AnalysedCode | undefined {
  if (file.kind === 'notebook') return codeOfNotebook(file.text);
  const language =
    file.kind === 'untitled'
      ? languageOfId(file.languageId)
      : (languageOf(file.path) ?? languageOfScript(file.path, file.text));
  return language && { language, text: file.text };
}

function languageOfId(id: string): KnownLanguage | undefined {
  const grammar = Object.hasOwn(GRAMMAR_OF_ID, id) ? GRAMMAR_OF_ID[id] : undefined;
  return KNOWN_LANGUAGES.find((known) => known.grammar === grammar);
}

/** How `renderNotebook` begins a cell. */
const CELL = /^# %% cell \d+ \[([\w+#-]+)\]$/;
/** What it makes of outputs, and what the kernel takes instead of code: magics and shell lines. */
const NO_CODE = /^# > |^\s*[%!]/;

function codeOfNotebook(text: string): AnalysedCode | undefined {
  let language: KnownLanguage | undefined;
  let isCode = false;
  const lines = text.split('\n').map((line) => {
    const [, id] = CELL.exec(line) ?? [];
    if (id !== undefined) {
      const own = languageOfId(id);
      language ??= own;
      isCode = own !== undefined && own === language;
      return blank(line);
    }
    return isCode && !NO_CODE.test(line) ? line : blank(line);
  });
  return language && { language, text: lines.join('\n') };
}

const blank = (line: string) => line.replace(/[^\r]/g, ' ');
