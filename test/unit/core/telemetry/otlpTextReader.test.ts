import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromOtlp } from '../../../../src/core/telemetry/otlpRead';
import { OtlpTextReader } from '../../../../src/core/telemetry/otlpTextReader';
import { otlpText } from '../../../../src/core/telemetry/otlpWrite';
import { documents, requestOf } from '../../../support/otlpDocuments';

/** Documents are large, and so is each test of one. */
const FEW = { numRuns: 25 };

describe('the text of an OTLP/JSON file', () => {
  /** Read in pieces of so many characters. */
  function read(text: string, size = text.length || 1, limits = {}) {
    const reader = new OtlpTextReader(limits);
    for (let at = 0; at < text.length; at += size) if (!reader.push(text.slice(at, at + size))) break;
    return reader.end();
  }
  const one = (name: string) => JSON.stringify(requestOf([{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name }]));

  it('reads the same in pieces of any size as all at once', () => {
    const indent = fc.constantFrom(undefined, 1, 4);
    fc.assert(
      fc.property(documents(), indent, fc.integer({ min: 1, max: 40 }), (document, space, size) => {
        const reading = read(JSON.stringify(document, null, space), size);
        assert.deepEqual('reason' in reading ? reading : reading.spans, fromOtlp(document));
      }),
      FEW,
    );
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(documents(), (document) => {
        const text = [...otlpText(fromOtlp(document))].join('');
        assert.deepEqual(JSON.parse(text), document);
      }),
      FEW,
    );
  });

  it('reads several requests in one file: lines, a list, pretty printed one after the other', () => {
    const names = ['one', 'two', 'three'];
    const separate = (text: string) => names.map((name) => text.replace('*', one(name)));
    for (const text of [
      separate('*').join('\n'),
      `\uFEFF${separate('*').join('\r\n')}\r\n`,
      `[${separate('*').join(', ')}]`,
      names.map((name) => JSON.stringify(JSON.parse(one(name)), null, 2)).join('\n\n'),
      `{"metrics":[1,{"x":"}]"}]}\n${separate('*').join('')}`,
    ]) {
      const reading = read(text, 7);
      assert.ok(!('reason' in reading), text);
      assert.deepEqual([reading.spans.map(({ name }) => name), reading.isCutOff], [names, false]);
    }
  });

  it('knows the names of other tools for its lists, and ids as base64', () => {
    const spans = [
      { traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=', name: 'x', kind: 'SPAN_KIND_SERVER' },
    ];
    const reading = read(
      JSON.stringify({
        batches: [{ instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'lib' }, spans }] }],
      }),
    );
    assert.ok(!('reason' in reading));
    const [span] = reading.spans;
    assert.deepEqual(
      [span?.traceId, span?.spanId, span?.kind, span?.source?.scope.name],
      ['5b8efff798038103d269b633813fc60c', 'eee19b7ec3c1b174', 'server', 'lib'],
    );
  });

  it('takes the resource from where it stands, also behind the spans', () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'late' } }] };
    const spans = [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x' }];
    const reading = read(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans, scope: { name: 's' } }], resource }] }),
    );
    assert.ok(!('reason' in reading));
    assert.deepEqual(reading.spans[0]?.source, { resource: { 'service.name': 'late' }, scope: { name: 's' } });
  });

  it('loses no nanosecond and no bit of a number that JavaScript would round', () => {
    const text = one('x').replace(
      '"name":"x"',
      '"name":"x","startTimeUnixNano":1544712660000000001,"endTimeUnixNano" : 1544712660000000003,' +
        '"attributes":[{"key":"long","value":{"intValue":-9007199254740993}},' +
        '{"key":"text","value":{"stringValue":"\\"intValue\\":12345678901234567890,"}}]',
    );
    const reading = read(text, 5);
    assert.ok(!('reason' in reading));
    const [span] = reading.spans;
    assert.deepEqual(
      [span?.startTimeUnixNano, span?.endTimeUnixNano, span?.attributes],
      [
        '1544712660000000001',
        '1544712660000000003',
        { long: '-9007199254740993', text: '"intValue":12345678901234567890,' },
      ],
    );
  });

  it('says what is wrong with what it can not read', () => {
    assert.deepEqual(read('hello'), { reason: 'trace.not_json', offset: 0 });
    assert.deepEqual(read('{"resourceSpans": [}'), { reason: 'trace.not_json', offset: 19 });
    assert.deepEqual(read('{"resourceSpans": [{}'), { reason: 'trace.not_json', offset: 21 });
    for (const text of ['', ' \n', '[]', '{}', '"text"', '12', '{"resourceLogs":[]}', '{"resourceSpans":7}']) {
      assert.deepEqual(read(text, 3), { reason: 'trace.not_otlp' }, text);
    }
    assert.deepEqual(read(`${one('a')}${one('b')}`, 9, { maxSpans: 1 }), { reason: 'trace.too_many_spans', limit: 1 });
    const long = read(one('x'.repeat(500)), 9, { maxValue: 200 });
    assert.equal('reason' in long && long.reason, 'trace.value_too_long');
  });

  it('keeps what is whole of lines of which the last is still being written', () => {
    const reading = read(`${one('whole')}\n${one('torn').slice(0, -30)}`, 11);
    assert.ok(!('reason' in reading));
    assert.deepEqual([reading.spans.map(({ name }) => name), reading.isCutOff], [['whole'], true]);
  });

  it('counts what has no ids, and never throws', () => {
    const reading = read(JSON.stringify(requestOf([{ name: 'no ids' }, null, 3])));
    assert.deepEqual(reading, { spans: [], skipped: 3, isCutOff: false });
    fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 5 }), (text, size) => void read(text, size)));
    const nearly = fc.tuple(documents(), fc.nat(), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(nearly, ([document, at, junk]) => {
        const text = JSON.stringify(document);
        const position = at % text.length;
        read(text.slice(0, position) + junk + text.slice(position + junk.length), 8);
      }),
      FEW,
    );
  });
});
