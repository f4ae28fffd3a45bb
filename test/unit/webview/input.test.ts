import assert from 'node:assert/strict';
import { complete, matching, tokenAt } from '../../../webview/chat/completionToken';
import { droppedUris, isImageType } from '../../../webview/chat/droppedFiles';
import { RequestHistory } from '../../../webview/chat/requestHistory';

describe('completion in the input', () => {
  const at = (text: string) => tokenAt(text, text.length);

  it('finds agents and context where a word begins with @ or #', () => {
    assert.deepEqual(at('ask @q'), { kind: 'agent', query: 'q', start: 4, end: 6 });
    assert.deepEqual(at('#'), { kind: 'context', query: '', start: 0, end: 1 });
    assert.deepEqual(at('see\n#file:src/ma'), { kind: 'file', query: 'src/ma', start: 4, end: 16 });
    assert.deepEqual(at('(#symbol:div'), { kind: 'symbol', query: 'div', start: 1, end: 12 });
  });

  it('finds commands at the very beginning only', () => {
    assert.deepEqual(at('/re'), { kind: 'command', query: 're', start: 0, end: 3 });
    assert.deepEqual(at('  /'), { kind: 'command', query: '', start: 2, end: 3 });
    for (const text of ['see /re', '/dev/null', '/review ', 'a\n/re']) assert.equal(at(text), undefined, text);
  });

  it('leaves mail addresses, colours in words and finished words alone', () => {
    for (const text of ['a@b', 'C#', '@qa ', 'x#y', '']) assert.equal(at(text), undefined, text);
  });

  it('looks only at what stands before the caret', () => {
    assert.deepEqual(tokenAt('@q and more', 2)?.query, 'q');
    assert.equal(tokenAt('ask @q', 2), undefined);
  });

  it('puts the entry in place of the word and the caret behind it', () => {
    const token = tokenAt('ask @q about it', 6);
    assert.ok(token);
    assert.deepEqual(complete('ask @q about it', token, '@qa'), { text: 'ask @qa about it', caret: 8 });
    assert.deepEqual(complete('@q', { ...token, start: 0, end: 2 }, '@qa'), { text: '@qa ', caret: 4 });
  });

  it('adds no blank where the word goes on', () => {
    const token = tokenAt('#fi', 3);
    assert.ok(token);
    assert.deepEqual(complete('#fi', token, '#file:'), { text: '#file:', caret: 6 });
  });

  it('offers what begins with the query before what contains it', () => {
    assert.deepEqual(matching(['mapper', 'app', 'Apply', 'x'], 'ap', String), ['app', 'Apply', 'mapper']);
  });
});

describe('earlier requests in the input', () => {
  it('go back with Up and return to what was typed with Down', () => {
    const history = new RequestHistory();
    const requests = ['first', 'second'];
    assert.equal(history.move(requests, -1, 'draft'), 'second');
    assert.equal(history.move(requests, -1, 'second'), 'first');
    assert.equal(history.move(requests, -1, 'first'), undefined);
    assert.equal(history.move(requests, 1, 'first'), 'second');
    assert.equal(history.move(requests, 1, 'second'), 'draft');
    assert.equal(history.isBrowsing, false);
  });
});

describe('what a drop brings', () => {
  const read = (formats: Record<string, string>) => (format: string) => formats[format] ?? '';

  it('is read from VS Code’s own formats before the general one', () => {
    const uris = droppedUris(
      read({ 'application/vnd.code.uri-list': 'file:///a\r\nfile:///b\r\n', 'text/uri-list': 'file:///c' }),
    );
    assert.deepEqual(uris, ['file:///a', 'file:///b']);
  });

  it('keeps paths with blanks and percent signs whole', () => {
    assert.deepEqual(droppedUris(read({ codefiles: '["/w/a b/100%.ts","C:\\\\x.ts"]' })), [
      'file:///w/a%20b/100%25.ts',
      'file:///C%3A/x.ts',
    ]);
  });

  it('is nothing where the data is broken, a comment or plain text', () => {
    assert.deepEqual(droppedUris(read({ resourceurls: '{broken', 'text/uri-list': '# comment\njust text' })), []);
  });

  it('takes only pictures that models know', () => {
    assert.deepEqual(['image/png', 'image/svg+xml', 'text/plain'].map(isImageType), [true, false, false]);
  });
});
