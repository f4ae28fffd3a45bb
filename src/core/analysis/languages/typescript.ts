import { ecmascriptRules } from '../ecmascript/rules';
import type { AnalysisLanguage } from '../rule';

export const typescript: AnalysisLanguage = {
  id: 'typescript',
  grammar: 'typescript',
  extensions: ['.ts', '.mts', '.cts'],
  rules: ecmascriptRules,
};
