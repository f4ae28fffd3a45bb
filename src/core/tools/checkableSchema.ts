// What of a JSON Schema our validator can check. Other extensions may use all of the language: what can't be checked is left to the tool.

type Schema = Record<string, unknown>;

/** Conditions between parts of an input: models read them, the tool checks them. */
const UNCHECKED: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'not',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'prefixItems', 'items']);
const SINGLE: ReadonlySet<string> = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'contains',
  'propertyNames',
]);
const OLD_DEFINITIONS = '#/definitions/';

/** A copy without what can't be checked. Definitions stand where newer drafts have them; a reference to anywhere else takes any value. */
export function checkableSchema(schema: Schema): Schema {
  const { $schema: _dialect, definitions, ...rest } = schema;
  const named = { ...asSchema(definitions), ...asSchema(rest['$defs']) };
  const all = Object.keys(named).length > 0 ? { ...rest, $defs: named } : rest;
  return copyOf(all, new Set(Object.keys(named))) as Schema;
}

function copyOf(value: unknown, names: ReadonlySet<string>): unknown {
  if (!isSchema(value)) return value;
  if (typeof value['$ref'] === 'string') return referenceOf(value['$ref'], names);
  return Object.fromEntries(
    Object.entries(withoutOneOf(value))
      .filter(([key]) => !UNCHECKED.has(key))
      .map(([key, part]) => [key, partOf(key, part, names)]),
  );
}

/** Alternatives that differ by what is not checked would fit at once: that only one of them may is left to the tool too. */
function withoutOneOf({ oneOf, ...rest }: Schema): Schema {
  return Array.isArray(oneOf) ? { anyOf: oneOf, ...rest } : rest;
}

function partOf(key: string, part: unknown, names: ReadonlySet<string>): unknown {
  if (MAPS.has(key) && isSchema(part)) {
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, copyOf(inner, names)]));
  }
  if (LISTS.has(key) && Array.isArray(part)) return part.map((inner) => copyOf(inner, names));
  return SINGLE.has(key) ? copyOf(part, names) : part;
}

function referenceOf(target: string, names: ReadonlySet<string>): Schema {
  if (target === '#') return { $ref: target };
  const local = target.startsWith(OLD_DEFINITIONS) ? `#/$defs/${target.slice(OLD_DEFINITIONS.length)}` : target;
  return names.has(local.slice('#/$defs/'.length)) && local.startsWith('#/$defs/') ? { $ref: local } : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}
