import { ecmascriptRules } from '../ecmascript/rules';
import type { AnalysisLanguage } from '../rule';

/** JavaScript and what is written like it. */
export const ecmascript: AnalysisLanguage = { id: 'ecmascript', rules: ecmascriptRules };
