import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SseParser, type SseEvent } from '../../../../src/adapters/openai/sseEvents';

function parse(pieces: readonly string[]): SseEvent[] {
  const parser = new SseParser();
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

const values = (events: readonly SseEvent[]) =>
  events.map((event) => (event.type === 'json' ? event.value : event.type));

describe('SseParser', () => {
  it('reads the usual form', () => {
    assert.deepEqual(values(parse(['data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n'])), [
      { a: 1 },
      { a: 2 },
      'done',
    ]);
  });

  it('gives an event as soon as its line is whole, without waiting for the empty one', () => {
    assert.deepEqual(values(new SseParser().push('data: {"a":1}\n')), [{ a: 1 }]);
  });

  it('reads comments, other fields, no blank after the colon, no empty lines and no line end at the end', () => {
    const text = ': ping\nevent: message\nid: 3\nretry: 10\ndata:{"a":1}\ndata: {"a":2}\n:\n\ndata:{"a":3}';
    assert.deepEqual(values(parse([text])), [{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('joins data that is spread over several lines', () => {
    assert.deepEqual(values(parse(['data: {"a":\ndata: 1}\n\n'])), [{ a: 1 }]);
  });

  it('reads bare JSON lines', () => {
    assert.deepEqual(values(parse(['{"a":1}\n{"a":2}\n'])), [{ a: 1 }, { a: 2 }]);
  });

  it('tells the kind of an error event', () => {
    assert.deepEqual(parse(['event: error\ndata: {"message":"no"}\n\n']), [
      { type: 'json', value: { message: 'no' }, event: 'error' },
    ]);
  });

  it('says that data was lost instead of leaving it out', () => {
    assert.deepEqual(values(parse(['data: {"a":1}\n\ndata: {"a":\n\n'])), [{ a: 1 }, 'malformed']);
    assert.deepEqual(values(parse(['data: {"a"'])), ['malformed']);
  });

  it('reads the same events however the text is cut up and its lines end', () => {
    const event = fc.record({ text: fc.string(), more: fc.array(fc.nat()) }, { noNullPrototype: true });
    const cuts = fc.array(fc.nat(500), { maxLength: 12 });
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), lineEnd, cuts, (events, end, at) => {
        const text = events.map((value) => `: c${end}data: ${JSON.stringify(value)}${end}${end}`).join('');
        const places = [0, ...at.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((to, index) => text.slice(places[index], to));
        assert.deepEqual(values(parse(pieces)), events);
      }),
    );
  });
});
