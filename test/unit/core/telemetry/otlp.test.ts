import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromOtlp } from '../../../../src/core/telemetry/otlpRead';
import { toOtlp, withoutContent } from '../../../../src/core/telemetry/otlpWrite';
import { compareNanos, isoFromNanos, nanosFromMs, parseNanos } from '../../../../src/core/telemetry/spanTime';
import type { StoredSpan } from '../../../../src/core/telemetry/storedSpan';
import { documents, requestOf, storedCopy } from '../../../support/otlpDocuments';

/** In the style of the specification's examples, with everything that real exporters do differently. */
const foreign = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my.service' } }], unknownField: 1 },
      scopeSpans: [
        {
          scope: { name: 'my.library', version: '1.0.0', attributes: [], droppedAttributesCount: 2 },
          schemaUrl: 'https://example.org/schemas/1',
          spans: [
            {
              traceId: '5B8EFFF798038103D269B633813FC60C',
              spanId: 'EEE19B7EC3C1B174',
              parentSpanId: 'EEE19B7EC3C1B173',
              name: "I'm a server span",
              startTimeUnixNano: '1544712660000000001',
              endTimeUnixNano: 1544712661000000000,
              kind: 2,
              traceState: 'a=b',
              flags: 257,
              attributes: [
                { key: 'int', value: { intValue: '42' } },
                { key: 'big', value: { intValue: '9007199254740993' } },
                { key: 'number', value: { intValue: 7 } },
                { key: 'double', value: { doubleValue: 0.5 } },
                { key: 'bool', value: { boolValue: true } },
                { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
                { key: 'map', value: { kvlistValue: { values: [{ key: 'x', value: { stringValue: 'y' } }] } } },
                { key: 'bytes', value: { bytesValue: 'AQID' } },
                { key: 'empty', value: {} },
              ],
              events: [{ name: 'e', timeUnixNano: '1544712660500000000', attributes: [] }],
              links: [
                { traceId: '5b8efff798038103d269b633813fc60d', spanId: 'eee19b7ec3c1b175' },
                { traceId: 'short' },
              ],
              status: { code: 'STATUS_CODE_ERROR', message: 'no' },
            },
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b176',
              name: 'open',
              kind: 'SPAN_KIND_CLIENT',
              startTimeUnixNano: '1544712660000000000',
              endTimeUnixNano: '0',
            },
            { traceId: '0'.repeat(32), spanId: 'eee19b7ec3c1b177', name: 'no identity' },
            { name: 'none at all' },
            null,
          ],
        },
      ],
    },
  ],
};

describe('OTLP/JSON', () => {
  it('reads what real exporters write', () => {
    const [server, open, ...none] = fromOtlp(foreign);
    assert.equal(none.length, 0);
    assert.deepEqual(server, {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      name: "I'm a server span",
      kind: 'server',
      startTime: '2018-12-13T14:51:00.000000001Z',
      endTime: '2018-12-13T14:51:01.000Z',
      status: 'error',
      statusMessage: 'no',
      attributes: {
        int: 42,
        big: '9007199254740993',
        number: 7,
        double: 0.5,
        bool: true,
        list: ['a', 1],
        map: { x: 'y' },
        bytes: { bytesValue: 'AQID' },
        empty: null,
      },
      seq: 1,
      startTimeUnixNano: '1544712660000000001',
      endTimeUnixNano: '1544712661000000000',
      events: [{ name: 'e', timeUnixNano: '1544712660500000000', attributes: {} }],
      links: [{ traceId: '5b8efff798038103d269b633813fc60d', spanId: 'eee19b7ec3c1b175' }],
      extra: { traceState: 'a=b', flags: 257 },
      rawAttributes: foreign.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes,
      source: {
        resource: { 'service.name': 'my.service' },
        resourceRest: { extra: { unknownField: 1 } },
        scope: { name: 'my.library', version: '1.0.0' },
        scopeRest: { extra: { droppedAttributesCount: 2 } },
        scopeGroupExtra: { schemaUrl: 'https://example.org/schemas/1' },
      },
    });
    assert.deepEqual([open?.kind, open?.endTime, open?.status], ['client', undefined, 'unset']);
  });

  it('writes the protocol: integers for enums, strings for 64 bits, groups by who recorded', () => {
    const span: StoredSpan = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'chat small',
      kind: 'client',
      startTime: '',
      status: 'ok',
      attributes: { text: 'x', whole: 3, part: 0.5, flag: false, list: ['a'] },
      seq: 1,
      startTimeUnixNano: '5',
      endTimeUnixNano: '9',
    };
    assert.deepEqual(
      toOtlp([span, { ...span, source: { resource: { 'service.name': 'other' }, scope: { name: 'agent-team' } } }]),
      {
        resourceSpans: ['agent-team', 'other'].map((service) => ({
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [
            {
              scope: { name: 'agent-team' },
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  spanId: 'b'.repeat(16),
                  name: 'chat small',
                  kind: 3,
                  startTimeUnixNano: '5',
                  endTimeUnixNano: '9',
                  attributes: [
                    { key: 'text', value: { stringValue: 'x' } },
                    { key: 'whole', value: { intValue: '3' } },
                    { key: 'part', value: { doubleValue: 0.5 } },
                    { key: 'flag', value: { boolValue: false } },
                    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
                  ],
                  status: { code: 1 },
                },
              ],
            },
          ],
        })),
      },
    );
  });

  it('gives back what it has read, whoever wrote it', () => {
    fc.assert(
      fc.property(documents(), (document) => {
        const spans = fromOtlp(document);
        const written = JSON.parse(JSON.stringify(toOtlp(storedCopy(spans)))) as unknown;
        assert.deepEqual(written, document);
        assert.deepEqual(fromOtlp(written), spans);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves messages and tool contents out of our spans, and nothing out of those of others', () => {
    const attributes = { 'gen_ai.input.messages': 'secret plan', 'gen_ai.tool.call.result': 'x', kept: 1 };
    const [span] = fromOtlp(requestOf([{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'chat' }]));
    assert.ok(span);
    const { source: _source, ...ours } = { ...span, attributes };
    assert.deepEqual(withoutContent(ours).attributes, { kept: 1 });
    assert.deepEqual(withoutContent({ ...span, attributes }).attributes, attributes);
  });

  it('never throws, whatever it is given', () => {
    const shaped = fc.record({
      resourceSpans: fc.array(fc.record({ scopeSpans: fc.array(fc.record({ spans: fc.array(fc.jsonValue()) })) })),
    });
    const broken = fc.record({
      traceId: fc.constant('a'.repeat(32)),
      spanId: fc.constant('b'.repeat(16)),
      name: fc.jsonValue(),
      kind: fc.jsonValue(),
      startTimeUnixNano: fc.jsonValue(),
      endTimeUnixNano: fc.jsonValue(),
      attributes: fc.jsonValue(),
      events: fc.jsonValue(),
      links: fc.jsonValue(),
      status: fc.jsonValue(),
    });
    const nearly = broken.map((item) => ({ resourceSpans: [{ scopeSpans: [{ spans: [item] }] }] }));
    fc.assert(fc.property(fc.oneof(fc.anything(), shaped, nearly), (document) => void toOtlp(fromOtlp(document))));
  });

  it('is not fooled by an attribute named like a prototype', () => {
    const attributes = [{ key: '__proto__', value: { stringValue: 'x' } }];
    const [span] = fromOtlp({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes }] }] }],
    });
    assert.deepEqual(Object.keys(span?.attributes ?? {}), ['__proto__']);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});

describe('span times', () => {
  it('keep microseconds of our own and nanoseconds of others', () => {
    assert.equal(nanosFromMs(1763798400123.25), '1763798400123250000');
    assert.equal(isoFromNanos('1763798400123250000'), '2025-11-22T08:00:00.123250Z');
    assert.equal(isoFromNanos('1763798400123000000'), '2025-11-22T08:00:00.123Z');
    assert.equal(isoFromNanos('1763798400123000007'), '2025-11-22T08:00:00.123000007Z');
    assert.equal(Date.parse(isoFromNanos('1763798400123250000')), 1763798400123);
  });

  it('of early and round moments keep their form', () => {
    for (const [ms, nanos, iso] of [
      [0, '0', '1970-01-01T00:00:00.000Z'],
      [0.25, '250000', '1970-01-01T00:00:00.000250Z'],
      [1, '1000000', '1970-01-01T00:00:00.001Z'],
      [1000, '1000000000', '1970-01-01T00:00:01.000Z'],
    ] as const) {
      assert.deepEqual([nanosFromMs(ms), isoFromNanos(nanos)], [nanos, iso]);
    }
    assert.deepEqual(['9', '10', '2'].sort(compareNanos), ['2', '9', '10']);
  });

  it('carry over at the end of a millisecond', () => assert.equal(nanosFromMs(1000.9999999), '1001000000'));

  it('are none for 0, nonsense and what no date can hold', () => {
    for (const value of [0, '0', '', '-1', '1.5', 'x', null, undefined, {}, 1e30, '9'.repeat(30), Number.NaN]) {
      assert.equal(parseNanos(value), undefined);
    }
  });
});
