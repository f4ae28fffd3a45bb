// Tables of what rules must find, and where, and of what they must leave alone.
import assert from 'node:assert/strict';
import { languageOf } from '../../src/core/analysis/languages';
import { findingsIn } from './sourceAnalysis';

/** Code whose first line is the finding's, or code and the number of the line. */
export type FoundCase = string | readonly [code: string, line: number];

export interface RuleCases {
  finds: readonly FoundCase[];
  leaves: readonly string[];
}

export interface RuleTable {
  /** Decides the language. */
  path: string;
  rules: Record<string, RuleCases>;
  /** Puts statements into the file that they need; the lines before them are not counted. */
  wrap?: (code: string) => { before: string; after: string };
}

/** One test for each case, and one that no rule is without cases. */
export function describeRules(name: string, { path, rules, wrap }: RuleTable): void {
  const inFile = (code: string) => {
    const { before, after } = wrap?.(code) ?? { before: '', after: '' };
    return { text: before + code + after, linesBefore: before.split('\n').length - 1 };
  };
  describe(`Rules for ${name}`, () => {
    it('has cases for every rule', async () => {
      const language = await languageOf(path)?.load();
      assert.deepEqual(Object.keys(rules).sort(), language?.rules.map(({ id }) => id).sort());
    });

    for (const [rule, { finds, leaves }] of Object.entries(rules)) {
      describe(rule, () => {
        for (const found of finds) {
          const [code, line] = typeof found === 'string' ? [found, 1] : found;
          it(`finds ${JSON.stringify(code)}`, async () => {
            const { text, linesBefore } = inFile(code);
            const findings = await findingsIn(path, text, rule);
            assert.deepEqual(
              findings.map(({ startLine }) => startLine - linesBefore),
              [line],
              JSON.stringify(findings),
            );
            const [finding] = findings;
            assert.ok(finding && finding.endLine >= finding.startLine && finding.title !== '' && finding.why !== '');
            // What is replaced stands in the file, once.
            if (finding.suggestion) assert.equal(text.split(finding.suggestion.oldText).length, 2);
          });
        }
        for (const code of leaves) {
          it(`leaves ${JSON.stringify(code)}`, async () => {
            assert.deepEqual(await findingsIn(path, inFile(code).text, rule), []);
          });
        }
      });
    }
  });
}

/** Branches of an `if` for the rule about complexity. */
export function manyBranches(count: number, branch: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => branch(index)).join('\n');
}
