// The files with translations, and what is wrong between them and the texts of the sources and package.json.
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../vscode/projectRoot';
import { parseSource, textsOf, type Extraction } from './sourceTexts';

export type Table = Readonly<Record<string, string>>;

/** Besides English; each has a `package.nls.<language>.json` and an `l10n/bundle.l10n.<language>.json`. */
export const LANGUAGES = ['de'] as const;

export const BUNDLE = 'l10n/bundle.l10n.json';
export const MANIFEST_TEXTS = 'package.nls.json';
export const bundleOf = (language: string) => `l10n/bundle.l10n.${language}.json`;
export const manifestTextsOf = (language: string) => `package.nls.${language}.json`;

export function readTable(file: string): Table {
  return JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Table;
}

/** Every TypeScript file below a folder of the project, as paths with `/`. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
}

export function readSource(file: string) {
  return parseSource(file, readFileSync(path.join(projectRoot, file), 'utf8'));
}

/** All texts for people that the code has. */
export function extractTexts(): Extraction {
  const all = sourceFiles('src').map((file) => textsOf(readSource(file)));
  return { texts: all.flatMap(({ texts }) => texts), unreadable: all.flatMap(({ unreadable }) => unreadable) };
}

/** What `l10n/bundle.l10n.json` holds: each text under its key, in the order of the keys. */
export function englishBundle({ texts }: Extraction): Table {
  const byKey = new Map(texts.map(({ key, text }) => [key, text]));
  return Object.fromEntries([...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export interface TableDifference {
  /** Keys of the English table without a translation. */
  readonly missing: string[];
  /** Keys of the translation that nothing uses any more. */
  readonly stale: string[];
  /** Keys whose translation has other placeholders, links or variables than the English text. */
  readonly mismatched: string[];
}

export function compareTables(english: Table, translated: Table): TableDifference {
  const keys = Object.keys(english);
  return {
    missing: keys.filter((key) => (translated[key] ?? '') === ''),
    stale: Object.keys(translated).filter((key) => !(key in english)),
    mismatched: keys.filter((key) => {
      const text = translated[key];
      return text !== undefined && text !== '' && fixedParts(text) !== fixedParts(english[key] ?? '');
    }),
  };
}

/** What a translation must repeat: `{0}`, targets of links, `#settings#`, variables, icons. In any order, each as often or not at all. */
function fixedParts(text: string): string {
  const parts =
    text.match(/\{\d+\}|\(command:[^)\s]+\)|`#[\w.]+#`|\$\{[^}]*\}|\$\([\w~-]+\)|agentTeam\.[\w.]*\w/g) ?? [];
  return [...new Set(parts)].toSorted().join(' ');
}

/** The keys that package.json asks for. */
export function manifestKeys(): string[] {
  const text = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  return [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
}
