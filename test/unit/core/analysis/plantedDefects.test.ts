import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodeAnalyzer } from '../../../../src/core/analysis/codeAnalyzer';
import { KNOWN_LANGUAGES } from '../../../../src/core/analysis/languages';
import { inspectFiles } from '../../../../src/core/review/inspectFiles';
import { InMemoryLanguageServices, InMemoryWorkspace } from '../../../support/inMemoryWorkspace';
import { plantedDefects } from '../../../support/plantedDefects';
import { findingsIn, machineClock, sharedParser } from '../../../support/sourceAnalysis';

const signal = new AbortController().signal;

describe('A repository with planted defects', () => {
  it('has each of them found on its line, and nothing else', async () => {
    const { files, expected } = await plantedDefects(process.cwd());
    const analyzer = new CodeAnalyzer({
      parser: sharedParser(),
      clock: machineClock,
      secrets: { scan: async () => [] },
      linters: { lint: async () => ({ findings: [], ran: [], notes: [] }) },
    });
    const ports = { workspace: new InMemoryWorkspace(files), languages: new InMemoryLanguageServices() };
    const report = await inspectFiles(analyzer, { paths: Object.keys(files), ports }, signal);
    assert.deepEqual(report.notes, []);
    const found = report.findings.map(({ path, startLine, rule }) => `${path}:${startLine} ${rule ?? ''}`);
    assert.deepEqual(found.sort(), expected);
    for (const { path, startLine, evidence } of report.findings) {
      assert.ok(files[path]?.split('\n')[startLine - 1]?.includes(evidence), `${path}:${startLine} ${evidence}`);
    }
  });

  it('is not mistaken whatever is cut out of its files or put into them', async () => {
    const { files } = await plantedDefects(process.cwd());
    const text = fc.constantFrom(...Object.entries(files));
    const pieces = Object.values(files).flatMap((content) => content.split(/(?<=[\s({\["'`;])/));
    const change = fc.record({
      at: fc.nat(4_000),
      cut: fc.nat(60),
      put: fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(text, fc.array(change, { minLength: 1, maxLength: 4 }), async ([path, original], changes) => {
        const changed = changes.reduce((now, { at, cut, put }) => {
          const start = at % (now.length + 1);
          return now.slice(0, start) + put.join('') + now.slice(start + cut);
        }, original);
        await assertInside(path, changed);
      }),
      { numRuns: 150 },
    );
  });
});

describe('Analysis of any text', () => {
  const characters = [
    ...Array.from('abcxyz01 \t\n\r(){}[]<>"\'`$@#%&|;:,.=+-*/\\!?^~_'),
    '\u{1F600}',
    '\u00e9',
    '\u2028',
    '\0',
    '"""',
    '<<<',
    '?>',
    '<?php',
    '${',
    '#"',
    '//',
    '/*',
    '*/',
    'err',
    'eval(',
    'unsafe {',
    'catch',
    'rm -rf $',
  ];
  for (const { extensions } of KNOWN_LANGUAGES) {
    const [extension = ''] = extensions;
    it(`of ${extension} files gives findings within the file and never throws`, async () => {
      const anything = fc.array(fc.constantFrom(...characters), { maxLength: 120 }).map((parts) => parts.join(''));
      await fc.assert(
        fc.asyncProperty(anything, (text) => assertInside(`src/a${extension}`, text)),
        { numRuns: 60 },
      );
    });
  }
});

async function assertInside(path: string, text: string): Promise<void> {
  const lines = text.split('\n');
  for (const { startLine, endLine, evidence, confidence, suggestion, rule } of await findingsIn(path, text)) {
    assert.ok(
      startLine >= 1 && endLine >= startLine && endLine <= lines.length,
      `${rule ?? ''} ${startLine}-${endLine}`,
    );
    assert.ok(
      evidence === '' || rule === 'hard-coded-secret' || lines[startLine - 1]?.includes(evidence.slice(0, 100)),
      evidence,
    );
    assert.ok(confidence > 0 && confidence <= 1);
    if (suggestion) assert.equal(text.split(suggestion.oldText).length, 2);
  }
}
