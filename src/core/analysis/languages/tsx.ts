import { ecmascriptRules } from '../ecmascript/rules';
import type { AnalysisLanguage } from '../rule';

export const tsx: AnalysisLanguage = { id: 'tsx', grammar: 'tsx', extensions: ['.tsx'], rules: ecmascriptRules };
