import type { AnalysisLanguage } from '../rule';
import * as bugs from '../shellRules/bugs';
import * as security from '../shellRules/security';

export const shell: AnalysisLanguage = {
  id: 'shell',
  rules: [
    bugs.dangerousRemoval,
    bugs.unquotedVariable,
    bugs.unquotedTest,
    bugs.uncheckedCd,
    bugs.loopOverLs,
    bugs.testEquality,
    bugs.maskedStatus,
    bugs.sudoRedirect,
    security.codeEvaluation,
    security.downloadToShell,
    security.predictableTemporary,
    security.worldWritable,
    security.hardCodedSecret,
  ],
};
