import assert from 'node:assert/strict';
import { fileReference, linkedFile } from '../../../webview/chat/fileReference';

describe('file names in answers', () => {
  it('are recognised with a folder or a line', () => {
    assert.deepEqual(fileReference('src/math.ts'), { path: 'src/math.ts' });
    assert.deepEqual(fileReference('math.ts:5-7'), { path: 'math.ts', line: 5, endLine: 7 });
    assert.deepEqual(fileReference('src/a.ts:5:12'), { path: 'src/a.ts', line: 5 });
    assert.deepEqual(fileReference('./a b/c.py#L3-L9'), { path: './a b/c.py', line: 3, endLine: 9 });
  });

  it('are not seen in code', () => {
    for (const code of ['foo.bar', 'divide()', 'a / b', 'x = 1', 'http://a.b/c', 'npm run test', '1.5']) {
      assert.equal(fileReference(code), undefined, code);
    }
  });

  it('are the targets of links that are no web addresses', () => {
    assert.deepEqual(linkedFile('src/a%20b.ts#L12'), { path: 'src/a b.ts', line: 12 });
    assert.deepEqual(linkedFile('Makefile'), { path: 'Makefile' });
    for (const href of ['https://x.org/a.ts', 'mailto:a@b.c', 'javascript:alert(1)', 'command:x.y', '#top']) {
      assert.equal(linkedFile(href), undefined, href);
    }
    assert.deepEqual(linkedFile('100%.ts'), { path: '100%.ts' });
  });
});
