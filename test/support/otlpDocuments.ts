// OTLP/JSON as other tools write it, modelled on the specification's examples.
import fc from 'fast-check';
import type { StoredSpan } from '../../src/core/telemetry/storedSpan';

/** A request with one list of spans. */
export function requestOf(spans: unknown[]): unknown {
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 's' }, spans }] }] };
}

/** As spans come back from the disk. */
export function storedCopy(spans: StoredSpan[]): StoredSpan[] {
  return JSON.parse(JSON.stringify(spans)) as StoredSpan[];
}

/** Requests in the form in which we write them, with everything that OTLP allows in it. */
export function documents(): fc.Arbitrary<object> {
  const hex = (digits: number) =>
    fc
      .array(fc.constantFrom(...Array.from({ length: 16 }, (_, digit) => digit.toString(16))), {
        minLength: digits,
        maxLength: digits,
      })
      .map((characters) => characters.join(''))
      .filter((id) => !/^0+$/.test(id));
  const nanos = fc.bigInt(1n, 2n ** 63n - 1n).map(String);
  const { value } = fc.letrec<{ value: object }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string().map((stringValue) => ({ stringValue })),
      fc.boolean().map((boolValue) => ({ boolValue })),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((integer) => ({ intValue: String(integer) })),
      fc.integer().map((integer) => ({ intValue: String(integer) })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => ({ doubleValue: number === 0 ? 0 : number })),
      fc.constantFrom({ doubleValue: 'NaN' }, { doubleValue: '-Infinity' }, {}, { bytesValue: 'AQID' }),
      fc.array(tie('value')).map((values) => ({ arrayValue: { values } })),
      fc.array(fc.record({ key: fc.string(), value: tie('value') })).map((values) => ({ kvlistValue: { values } })),
    ),
  }));
  const attributes = fc.array(fc.record({ key: fc.string(), value }), { maxLength: 4 });
  const extra = fc.record({ droppedAttributesCount: fc.nat(), flags: fc.nat() }, { requiredKeys: [] });
  const merge = (...parts: fc.Arbitrary<object>[]) =>
    fc.tuple(...parts).map((made) => Object.assign({}, ...made) as object);
  const event = merge(extra, fc.record({ timeUnixNano: nanos, name: fc.string(), attributes }));
  const link = merge(
    extra,
    fc.record({ traceId: hex(32), spanId: hex(16), attributes }, { requiredKeys: ['traceId', 'spanId'] }),
  );
  const span = merge(
    extra,
    fc.record(
      {
        traceId: hex(32),
        spanId: hex(16),
        parentSpanId: hex(16),
        name: fc.string(),
        kind: fc.integer({ min: 0, max: 5 }),
        startTimeUnixNano: nanos,
        endTimeUnixNano: nanos,
        attributes,
        events: fc.array(event, { maxLength: 2 }),
        links: fc.array(link, { maxLength: 2 }),
        status: fc.record({ code: fc.constantFrom(1, 2), message: fc.string({ minLength: 1 }) }, { requiredKeys: [] }),
      },
      {
        requiredKeys: ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'attributes', 'status'],
      },
    ),
  );
  const scope = merge(extra, fc.record({ name: fc.string(), version: fc.string() }, { requiredKeys: ['name'] }));
  const scopeSpans = fc.record(
    { schemaUrl: fc.string(), scope, spans: fc.array(span, { minLength: 1, maxLength: 3 }) },
    { requiredKeys: ['scope', 'spans'] },
  );
  const group = fc.record(
    {
      schemaUrl: fc.string(),
      resource: merge(extra, fc.record({ attributes })),
      scopeSpans: fc.uniqueArray(scopeSpans, { minLength: 1, maxLength: 2, selector: sourceOf }),
    },
    { requiredKeys: ['resource', 'scopeSpans'] },
  );
  return fc
    .record({ resourceSpans: fc.uniqueArray(group, { maxLength: 2, selector: sourceOf }) })
    .map((document) => JSON.parse(JSON.stringify(document)) as object);
}

/** Groups of one source become one group. */
function sourceOf(group: { schemaUrl?: string; scope?: unknown; resource?: unknown }): string {
  return JSON.stringify([group.schemaUrl, group.scope, group.resource]);
}
