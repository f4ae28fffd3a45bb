import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChangeLayer } from '../../../../src/core/changes/changeLayer';
import { lineHunks, lineReplacements, linesWithEndings } from '../../../../src/core/changes/lineHunks';
import { applyReplacements } from '../../../../src/core/changes/editText';
import { mergeLayers } from '../../../../src/core/changes/layerMerge';
import { mergeFile } from '../../../../src/core/changes/mergePresence';
import { ChangesFixture } from '../../../support/inMemoryChanges';

const EOLS = ['\n', '\r\n', '\r'] as const;
const line = fc.tuple(
  fc.constantFrom('a', 'b', 'c', '', '$&', '<<<<<<< x', '\ud83d\ude00', 'd\t'),
  fc.constantFrom(...EOLS),
);
const anyText = fc.tuple(fc.array(line, { maxLength: 12 }), fc.boolean()).map(([lines, isCut]) =>
  lines
    .map((parts) => parts.join(''))
    .join('')
    .replace(/[\r\n]+$/, (end) => (isCut ? '' : end)),
);

/** Numbered lines, so that each can be found again. */
const numbered = fc
  .tuple(fc.integer({ min: 12, max: 40 }), fc.constantFrom(...EOLS), fc.boolean())
  .map(([count, eol, isCut]) => {
    const text = Array.from({ length: count }, (_, index) => `line ${index}${eol}`).join('');
    return isCut ? text.slice(0, -eol.length) : text;
  });

type Step =
  | { kind: 'propose'; line: number; text: string }
  | { kind: 'type'; line: number; text: string }
  | { kind: 'accept' | 'reject'; hunk: number | undefined }
  | { kind: 'reload' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('propose' as const), line: fc.nat(40), text: fc.constantFrom('P1', 'P2', '', 'P\n3') }),
  fc.record({ kind: fc.constant('type' as const), line: fc.nat(40), text: fc.constantFrom('T1', 'T2', '') }),
  fc.record({
    kind: fc.constantFrom('accept' as const, 'reject' as const),
    hunk: fc.option(fc.nat(5), { nil: undefined }),
  }),
  fc.constant({ kind: 'reload' as const }),
);

function withLine(text: string, index: number, replacement: string): string {
  const lines = linesWithEndings(text);
  const at = index % Math.max(1, lines.length);
  const eol = /[\r\n]+$/.exec(lines[at] ?? '')?.[0] ?? '';
  lines[at] = replacement === '' ? '' : replacement + eol;
  return lines.join('');
}

async function take(fixture: ChangesFixture, step: Step): Promise<void> {
  const present = (await fixture.text('a.txt')) ?? '';
  const seen = (await fixture.seen('a.txt')) ?? '';
  switch (step.kind) {
    case 'propose':
      await fixture.modify('a.txt', withLine(seen, step.line, step.text));
      return;
    case 'type':
      fixture.workspace.write('a.txt', withLine(present, step.line, step.text));
      return;
    case 'reload':
      fixture.reopen();
      return;
    default: {
      const hunks = (await fixture.sets.sides('run', 'a.txt'))?.hunks ?? [];
      const hunk = step.hunk === undefined || hunks.length === 0 ? undefined : hunks[step.hunk % hunks.length]?.id;
      if (hunks.length === 0) return;
      await fixture.sets[step.kind]('run', 'a.txt', hunk);
    }
  }
}

describe('change sets (properties)', () => {
  it('replacements make the new text, never cut a CRLF or a surrogate pair, and stay inside their hunks', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const replacements = lineReplacements(before, after);
        assert.equal(applyReplacements(before, replacements), after);
        assert.equal(replacements.length, lineHunks(before, after).length);
        for (const { start, end } of replacements) {
          for (const at of [start, end]) {
            assert.ok(!(before[at - 1] === '\r' && before[at] === '\n'));
            assert.ok(!/[\ud800-\udbff]/.test(before[at - 1] ?? ''));
          }
        }
      }),
    );
  });

  it('merging keeps what only one side changed, whichever side it is', () => {
    fc.assert(
      fc.property(numbered, fc.nat(40), fc.nat(40), (base, mine, theirs) => {
        const count = linesWithEndings(base).length;
        fc.pre(Math.abs((mine % count) - (theirs % count)) > 1);
        const ours = withLine(base, mine, 'OURS');
        const others = withLine(base, theirs, 'THEIRS');
        const both = withLine(ours, theirs, 'THEIRS');
        assert.deepEqual(mergeFile({ base, present: ours, proposed: others }), { clean: true, text: both });
        assert.deepEqual(mergeFile({ base, present: others, proposed: ours }), { clean: true, text: both });
      }),
    );
  });

  it('proposing, typing, deciding and reloading in any order changes no line that nobody touched, and decisions never type', async () => {
    await fc.assert(
      fc.asyncProperty(numbered, fc.array(anyStep, { maxLength: 12 }), async (base, steps) => {
        const fixture = new ChangesFixture({ 'a.txt': base });
        const touched = new Set<string>();
        for (const step of steps) {
          const before = (await fixture.text('a.txt')) ?? '';
          const seen = (await fixture.seen('a.txt')) ?? '';
          if (step.kind === 'type')
            touched.add(linesWithEndings(before)[step.line % Math.max(1, linesWithEndings(before).length)] ?? '');
          if (step.kind === 'propose')
            touched.add(linesWithEndings(seen)[step.line % Math.max(1, linesWithEndings(seen).length)] ?? '');
          await take(fixture, step);
          if (step.kind === 'propose' || step.kind === 'reject' || step.kind === 'reload') {
            assert.equal(await fixture.text('a.txt'), before, `${step.kind} leaves the file alone`);
          }
        }
        const left = linesWithEndings((await fixture.text('a.txt')) ?? '');
        for (const untouched of linesWithEndings(base)) {
          if (!touched.has(untouched)) assert.ok(left.includes(untouched), JSON.stringify(untouched));
        }
        assert.deepEqual(fixture.problems, []);
      }),
      { numRuns: 150 },
    );
  });

  it('taking back what was accepted, hunk by hunk and with reloads, restores every byte', async () => {
    const noTyping = anyStep.filter((step) => step.kind !== 'type');
    await fc.assert(
      fc.asyncProperty(numbered, fc.array(noTyping, { maxLength: 12 }), async (base, steps) => {
        const fixture = new ChangesFixture({ 'a.txt': base });
        for (const step of steps) await take(fixture, step);
        const result = await fixture.sets.revert('run');
        assert.deepEqual([result.conflicts, result.failed], [[], []]);
        assert.equal(await fixture.text('a.txt'), base);
        assert.equal(await fixture.seen('a.txt'), base);
      }),
      { numRuns: 150 },
    );
  });

  it('accepting hunks one by one in any order makes the proposal', async () => {
    await fc.assert(
      fc.asyncProperty(
        numbered,
        fc.array(fc.nat(40), { maxLength: 6 }),
        fc.array(fc.nat(9), { maxLength: 8 }),
        async (base, edits, order) => {
          const proposed = edits.reduce((text, at) => withLine(text, at, `P${at}`), base);
          const fixture = new ChangesFixture({ 'a.txt': base });
          await fixture.modify('a.txt', proposed);
          for (const pick of [...order, ...Array.from({ length: 8 }, () => 0)]) {
            const hunks = (await fixture.sets.sides('run', 'a.txt'))?.hunks ?? [];
            const hunk = hunks[pick % Math.max(1, hunks.length)];
            if (hunk) await fixture.sets.accept('run', 'a.txt', hunk.id);
          }
          assert.equal(await fixture.text('a.txt'), proposed);
          assert.notEqual(fixture.sets.list('run')[0]?.status ?? 'accepted', 'proposed');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('layers merge to the same text in every order where they are clean', async () => {
    await fc.assert(
      fc.asyncProperty(numbered, fc.uniqueArray(fc.nat(9), { minLength: 3, maxLength: 3 }), async (base, places) => {
        const location = { uri: 'file:///ws/a.txt', path: 'a.txt' };
        const layerOf = (place: number, name: string) => {
          const layer = new ChangeLayer();
          layer.put({
            location,
            kind: 'modify',
            base,
            proposed: withLine(base, place * 3, name),
            decided: [],
            applied: [],
          });
          return layer;
        };
        const layers = places.map((place, index) => layerOf(place, `L${index}`));
        fc.pre(new Set(places.map((place) => (place * 3) % linesWithEndings(base).length)).size === 3);
        const texts = new Set<string>();
        let isClean = true;
        for (const order of [
          [0, 1, 2],
          [0, 2, 1],
          [1, 0, 2],
          [1, 2, 0],
          [2, 0, 1],
          [2, 1, 0],
        ]) {
          let run = new ChangeLayer();
          for (const index of order) {
            const merged = await mergeLayers(run, layers[index] ?? new ChangeLayer(), async () => base);
            run = merged.layer;
            isClean &&= merged.conflicts.length === 0;
          }
          texts.add(run.get(location.uri)?.proposed ?? base);
        }
        if (isClean) assert.equal(texts.size, 1);
      }),
      { numRuns: 60 },
    );
  });
});
