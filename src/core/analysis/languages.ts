// The languages that we have rules for. To add one, write its file in `languages/` and name it here; its rules are loaded with its first file.
import type { AnalysisLanguage } from './rule';

/** How files of a language are told, and where its rules are. */
export interface KnownLanguage {
  /** Name of the grammar that the parser loads. */
  readonly grammar: string;
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  load(): Promise<AnalysisLanguage>;
}

const ecmascript = async () => (await import('./languages/ecmascript')).ecmascript;

export const KNOWN_LANGUAGES: readonly KnownLanguage[] = [
  { grammar: 'typescript', extensions: ['.ts', '.mts', '.cts'], load: ecmascript },
  { grammar: 'tsx', extensions: ['.tsx'], load: ecmascript },
  { grammar: 'javascript', extensions: ['.js', '.jsx', '.mjs', '.cjs'], load: ecmascript },
  { grammar: 'python', extensions: ['.py', '.pyw'], load: async () => (await import('./languages/python')).python },
  { grammar: 'go', extensions: ['.go'], load: async () => (await import('./languages/go')).go },
  { grammar: 'java', extensions: ['.java'], load: async () => (await import('./languages/java')).java },
  { grammar: 'c_sharp', extensions: ['.cs'], load: async () => (await import('./languages/csharp')).csharp },
  { grammar: 'rust', extensions: ['.rs'], load: async () => (await import('./languages/rust')).rust },
  { grammar: 'php', extensions: ['.php', '.phtml'], load: async () => (await import('./languages/php')).php },
  { grammar: 'bash', extensions: ['.sh', '.bash'], load: async () => (await import('./languages/shell')).shell },
];

/** Declarations without code, and what programs write. */
const NOT_WRITTEN = /\.d\.[cm]?ts$|\.min\.[cm]?js$|\.pb\.go$|\.(?:designer|g|g\.i)\.cs$/;

/** The language of a file by its name; undefined where we have no rules for it. */
export function languageOf(path: string): KnownLanguage | undefined {
  const name = path.toLowerCase();
  if (NOT_WRITTEN.test(name)) return undefined;
  return KNOWN_LANGUAGES.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

/** What `#!` names, without version and path, and the grammar for it. */
const GRAMMAR_OF_INTERPRETER: Readonly<Record<string, string>> = {
  sh: 'bash',
  bash: 'bash',
  dash: 'bash',
  python: 'python',
  node: 'javascript',
  php: 'php',
};

/** Kernels read no more of it, and a longer look would take the square of its length. */
const SHEBANG_LENGTH = 256;
/** `#!/usr/bin/env -S node --flag`, `#!/bin/bash -e`, `#!/usr/bin/python3.12`: the program's name. */
const SHEBANG = /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*\/)?([a-z]+)[\d.]*(?:\s|$)/;

/** The language of a script whose name does not tell it, by its first line. */
export function languageOfScript(path: string, text: string): KnownLanguage | undefined {
  const [, interpreter = ''] = (hasExtension(path) ? null : SHEBANG.exec(text.slice(0, SHEBANG_LENGTH))) ?? [];
  const grammar = Object.hasOwn(GRAMMAR_OF_INTERPRETER, interpreter) ? GRAMMAR_OF_INTERPRETER[interpreter] : undefined;
  return KNOWN_LANGUAGES.find((known) => known.grammar === grammar);
}

/** False for `bin/deploy` and `.profile`: only their text tells what they are. */
export function hasExtension(path: string): boolean {
  return /[^/]\.\w+$/.test(path);
}
