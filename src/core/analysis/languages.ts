// The languages that we have rules for. To add one, write its file in `languages/` and name it here.
import { javascript } from './languages/javascript';
import { python } from './languages/python';
import { tsx } from './languages/tsx';
import { typescript } from './languages/typescript';
import type { AnalysisLanguage } from './rule';

export const ANALYSIS_LANGUAGES: readonly AnalysisLanguage[] = [typescript, tsx, javascript, python];

/** The language of a file by its name; undefined where we have no rules for it. */
export function languageOf(
  path: string,
  languages: readonly AnalysisLanguage[] = ANALYSIS_LANGUAGES,
): AnalysisLanguage | undefined {
  const name = path.toLowerCase();
  if (name.endsWith('.d.ts') || /\.min\.[cm]?js$/.test(name)) return undefined;
  return languages.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}
