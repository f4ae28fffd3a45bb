import assert from 'node:assert/strict';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { parsePatch, type FilePatch } from '../../../../src/core/changes/patchFormat';
import { patchText } from '../../../../src/core/changes/patchText';

function parsed(patch: string): FilePatch[] {
  const outcome = parsePatch(patch);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problem);
  return outcome.files;
}

function patched(text: string, patch: string): string {
  const [file] = parsed(patch);
  assert.ok(file?.kind === 'modify');
  const outcome = patchText(text, file.hunks);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problem);
  return outcome.text;
}

const line = fc.constantFrom('', 'a', 'b', '  c', 'd {', '}', '-- e', '++ f', '@@ g', '$&');
const anyText = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.boolean())
  .map(([lines, final]) => (lines.length === 0 ? '' : lines.join('\n') + (final ? '\n' : '')));

describe('parsePatch and patchText', () => {
  it('make the new text of any unified diff out of the old one (property)', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        if (before === after || before === '') return;
        assert.equal(patched(before, createTwoFilesPatch('a/x.ts', 'b/x.ts', before, after)), after);
      }),
      { numRuns: 500 },
    );
  });

  it('keep CRLF and lines that the patch does not touch', () => {
    const patch = '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n';
    assert.equal(patched('a\r\nb\r\nc\r\nd', patch), 'a\r\nB\r\nc\r\nd');
  });

  it('find a hunk whose line numbers and counts are wrong', () => {
    const patch = '--- a/x\n+++ b/x\n@@ -90,9 +90,1 @@\n two\n-three\n+3\n';
    assert.equal(patched('one\ntwo\nthree\n', patch), 'one\ntwo\n3\n');
  });

  it('refuse a hunk that fits at several places, and name them', () => {
    const [file] = parsed('--- a/x\n+++ b/x\n@@ -9,1 +9,1 @@\n-a\n+b\n');
    assert.ok(file?.kind === 'modify');
    const outcome = patchText('a\nc\na\n', file.hunks);
    assert.ok(!outcome.ok);
    assert.equal(outcome.reason, 'edit.ambiguous');
    assert.match(outcome.problem, /lines 1, 3/);
  });

  it('apply all hunks or none', () => {
    const [file] = parsed('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-nope\n+b\n');
    assert.ok(file?.kind === 'modify');
    const outcome = patchText('a\nc\n', file.hunks);
    assert.ok(!outcome.ok);
    assert.match(outcome.problem, /^Hunk 2 does not fit/);
  });

  it('read creations, deletions and renames of a git diff', () => {
    const patch = [
      'diff --git a/new.ts b/new.ts',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/new.ts',
      '@@ -0,0 +1,2 @@',
      '+one',
      '+two',
      'diff --git a/old.ts b/old.ts',
      'deleted file mode 100644',
      '--- a/old.ts',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-gone',
      'diff --git a/a.ts b/b.ts',
      'similarity index 100%',
      'rename from a.ts',
      'rename to b.ts',
      '',
    ].join('\n');
    assert.deepEqual(parsed(patch), [
      { kind: 'create', path: 'new.ts', content: 'one\ntwo\n' },
      { kind: 'delete', path: 'old.ts' },
      { kind: 'modify', path: 'a.ts', moveTo: 'b.ts', hunks: [] },
    ]);
  });

  it('read the form "*** Begin Patch" with additions, moves and anchors', () => {
    const patch = [
      'Here you are:',
      '*** Begin Patch',
      '*** Add File: src/new.ts',
      '+export {};',
      '*** Delete File: src/old.ts',
      '*** Update File: src/a.ts',
      '*** Move to: src/b.ts',
      '@@ class B',
      '@@   run() {',
      '-    return 1;',
      '+    return 2;',
      '*** End Patch',
    ].join('\n');
    const files = parsed(patch);
    assert.deepEqual(files.slice(0, 2), [
      { kind: 'create', path: 'src/new.ts', content: 'export {};\n' },
      { kind: 'delete', path: 'src/old.ts' },
    ]);
    const update = files[2];
    assert.ok(update?.kind === 'modify');
    assert.equal(update.moveTo, 'src/b.ts');
    const text = 'class A {\n  run() {\n    return 1;\n  }\n}\nclass B {\n  run() {\n    return 1;\n  }\n}\n';
    const outcome = patchText(text, update.hunks);
    assert.ok(outcome.ok);
    assert.equal(outcome.text, text.slice(0, 40) + text.slice(40).replace('return 1', 'return 2'));
  });

  it('say what can not be read', () => {
    for (const [patch, problem] of [
      ['', /no change/],
      ['just words', /no change/],
      ['--- a/x\n+++ b/x\nnothing', /no "@@/],
      ['*** Begin Patch\nwhat\n*** End Patch', /"what" stands where/],
      ['*** Begin Patch\n*** Add File: a\nno plus\n*** End Patch', /must begin with "\+"/],
    ] as const) {
      const outcome = parsePatch(patch);
      assert.ok(!outcome.ok);
      assert.match(outcome.problem, problem);
    }
  });

  it('never throw, whatever the text (property)', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void parsePatch(text)));
    const piece = fc.constantFrom(
      '--- a/x',
      '+++ b/x',
      '@@ -1 +1 @@',
      '-a',
      '+b',
      ' c',
      '\\ No newline at end of file',
      '*** Begin Patch',
      '*** Update File: x',
      '@@',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), anyText, (lines, text) => {
        const outcome = parsePatch(lines.join('\n'));
        if (!outcome.ok) return;
        for (const file of outcome.files) if (file.kind === 'modify') patchText(text, file.hunks);
      }),
    );
  });
});
