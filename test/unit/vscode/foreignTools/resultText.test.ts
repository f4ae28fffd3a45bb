import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { resultText } from '../../../../src/vscode/foreignTools/resultText';

describe("the text of a foreign tool's result", () => {
  it('joins the text parts', () => {
    assert.equal(resultText([{ value: 'one' }, { value: 'two' }, 'three']), 'one\ntwo\nthree');
  });

  it('reads the text out of a prompt tree', () => {
    const text = (value: string, lineBreakBefore?: boolean) => ({ type: 2, text: value, lineBreakBefore });
    const tree = {
      node: { type: 1, children: [text('a'), { type: 1, children: [text('b', true), { type: 3, text: 'opaque' }] }] },
    };
    assert.equal(resultText([{ value: tree }]), 'a\nb');
  });

  it('reads data that is text, and names what is not', () => {
    const data = (text: string, mimeType: string) => ({ data: new TextEncoder().encode(text), mimeType });
    assert.equal(
      resultText([data('{"a":1}', 'application/json'), data('x', 'image/png')]),
      '{"a":1}\n[1 bytes of image/png, not shown]',
    );
  });

  it('says when there is nothing, and never throws whatever comes', () => {
    assert.equal(resultText([]), 'The tool gave no text back.');
    assert.equal(resultText([null, 7, {}, { value: null }]), 'The tool gave no text back.');
    fc.assert(fc.property(fc.array(fc.anything()), (parts) => assert.ok(resultText(parts).length > 0)));
    type Tree = { type: number; children: Tree[] };
    const loop: Tree = { type: 1, children: [] };
    loop.children.push(loop);
    assert.ok(resultText([{ value: { node: loop } }]));
  });

  it('is bounded', () => {
    assert.ok(resultText([{ value: 'x'.repeat(1_000_000) }]).length < 500_000);
  });
});
