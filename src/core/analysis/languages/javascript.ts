import { ecmascriptRules } from '../ecmascript/rules';
import type { AnalysisLanguage } from '../rule';

export const javascript: AnalysisLanguage = {
  id: 'javascript',
  grammar: 'javascript',
  extensions: ['.js', '.jsx', '.mjs', '.cjs'],
  rules: ecmascriptRules,
};
