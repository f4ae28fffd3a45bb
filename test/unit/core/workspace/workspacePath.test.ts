import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../../src/core/failure';
import { comparePaths, labelFolders, parseWorkspacePath } from '../../../../src/core/workspace/workspacePath';
import { baseName, fileUriOfPath, joinUri, segmentsBelow } from '../../../../src/core/workspace/uri';

const one = labelFolders([{ name: 'ws', uri: 'file:///home/me/ws' }]);
const windows = labelFolders([{ name: 'ws', uri: 'file:///c%3A/ws' }]);

function parse(raw: string, rules: { folders?: typeof one; windowsNames?: boolean } = {}): string[] | string {
  const result = parseWorkspacePath(raw, { folders: rules.folders ?? one, windowsNames: rules.windowsNames ?? false });
  return isFailure(result) ? result.reason : result.map(({ segments }) => segments.join('/'));
}

describe('parseWorkspacePath', () => {
  it('takes absolute paths and uris inside the folder', () => {
    assert.deepEqual(parse('/home/me/ws/src/a.ts'), ['src/a.ts']);
    assert.deepEqual(parse('file:///home/me/ws/src/a%20b.ts'), ['src/a b.ts']);
    assert.deepEqual(parse('C:\\ws\\src\\a.ts', { folders: windows }), ['src/a.ts']);
    assert.deepEqual(parse('c:/ws/src/a.ts', { folders: windows }), ['src/a.ts']);
  });

  it('tells a folder from its neighbour whose name begins alike', () => {
    assert.equal(parse('file:///home/me/ws-evil/a.ts'), 'path.outside');
    assert.equal(parse('../ws-evil/a.ts'), 'path.outside');
    assert.equal(parse('file:///home/me/ws/../ws-evil/a.ts'), 'path.outside');
    assert.equal(parse('C:\\ws-evil\\a.ts', { folders: windows }), 'path.outside');
  });

  it('refuses names that Windows gives another meaning, where that matters', () => {
    for (const name of ['a.txt:x', 'PRN', 'src/nul.txt', 'COM1', 'a/b. ', 'dir./x', 'lpt9.log', 'a?b']) {
      assert.equal(parse(name, { folders: windows, windowsNames: true }), 'path.invalid', name);
    }
    assert.deepEqual(parse('aux.ts'), ['aux.ts']);
    assert.deepEqual(parse('com10.ts', { folders: windows, windowsNames: true }), ['com10.ts']);
  });

  it('refuses control characters, empty and endless paths', () => {
    assert.equal(parse('a\u0000b'), 'path.invalid');
    assert.equal(parse('a\nb'), 'path.invalid');
    assert.equal(parse('   '), 'path.invalid');
    assert.equal(parse('a'.repeat(5000)), 'path.invalid');
  });

  it('reads a leading folder name also where it is not needed', () => {
    assert.deepEqual(parse('ws/src/a.ts'), ['ws/src/a.ts', 'src/a.ts']);
  });

  it('gives two folders of one name labels that differ', () => {
    const folders = labelFolders([
      { name: 'app', uri: 'file:///a/app' },
      { name: 'app', uri: 'file:///b/app' },
    ]);
    assert.deepEqual(
      folders.map(({ label }) => label),
      ['app', 'app (2)'],
    );
    const parsed = parseWorkspacePath('app (2)/x.ts', { folders, windowsNames: false });
    assert.ok(!isFailure(parsed));
    assert.equal(parsed[0]?.folder.uri, 'file:///b/app');
  });

  it('never leaves the folder, whatever is written', () => {
    const piece = fc.constantFrom('..', '.', 'a', 'b c', '%2e%2e', '~', '', 'C:', 'file:', '\\', '...', 'ws');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('/', '\\', '//'), (pieces, separator) => {
        const parsed = parse(pieces.join(separator));
        if (typeof parsed !== 'string') for (const path of parsed) assert.ok(!path.split('/').includes('..'), path);
      }),
    );
  });
});

describe('uris as strings', () => {
  it('come back as the segments that they were joined from', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[/]|^\.\.?$/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
        assert.deepEqual(segmentsBelow('file:///ws', joinUri('file:///ws', segments)), segments);
      }),
    );
  });

  it('are spelled as VS Code spells them', () => {
    assert.equal(joinUri('file:///ws', ["it's (1)!*.ts"]), 'file:///ws/it%27s%20%281%29%21%2A.ts');
    assert.equal(fileUriOfPath('C:\\Users\\me'), 'file:///c%3A/Users/me');
    assert.equal(fileUriOfPath('relative/path'), undefined);
    assert.equal(baseName('file:///ws/a%20b.ts'), 'a b.ts');
  });

  it('are below a base by whole segments only', () => {
    assert.equal(segmentsBelow('file:///ws', 'file:///ws-evil/a'), undefined);
    assert.equal(segmentsBelow('file:///ws', 'vscode-remote://host/ws/a'), undefined);
    assert.equal(segmentsBelow('file:///ws', 'file:///ws/../etc'), undefined);
    assert.deepEqual(segmentsBelow('file:///C%3A/ws', 'file:///c%3A/ws/a'), ['a']);
    assert.deepEqual(segmentsBelow('file:///', 'file:///etc'), ['etc']);
  });
});

describe('comparePaths', () => {
  it('keeps a folder together, before names that go on with other characters', () => {
    assert.deepEqual(['a-b', 'a/z', 'a.ts', 'a/b/c', 'a'].sort(comparePaths), ['a', 'a/b/c', 'a/z', 'a-b', 'a.ts']);
  });
});
