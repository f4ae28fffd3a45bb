// Makes what models send fit a JSON Schema where the difference is harmless, and says in words what is wrong where it is not.

type Schema = Record<string, unknown>;

/** Other words that models use for an input field: field name by alias. Snake case and letter case need no alias. */
export type InputAliases = Readonly<Record<string, string>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function propertiesOf(schema: Schema): Record<string, Schema> {
  const properties = schema['properties'];
  return isObject(properties) ? (properties as Record<string, Schema>) : {};
}

function typesOf(schema: Schema): string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** JSON text as the value that it stands for; undefined when it is not JSON of that kind. */
function parsedJson(text: string, wanted: 'object' | 'array'): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return (wanted === 'array' ? Array.isArray(value) : isObject(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

const NUMERAL = /^\s*-?\d+(\.\d+)?\s*$/;

/** One value brought to the type that its schema wants; returned unchanged when that would change its meaning. */
function coerceValue(value: unknown, schema: Schema): unknown {
  const types = typesOf(schema);
  const wants = (type: string) => types.includes(type);
  if (typeof value === 'string' && !wants('string')) {
    if ((wants('number') || wants('integer')) && NUMERAL.test(value)) return Number(value);
    if (wants('boolean') && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    if (wants('array')) return parsedJson(value, 'array') ?? [value];
    if (wants('object')) return parsedJson(value, 'object') ?? value;
  }
  if (typeof value === 'number' && wants('string') && !wants('number')) return String(value);
  if (isObject(value) && wants('object')) return coerceObject(value, schema, {});
  if (Array.isArray(value) && wants('array')) {
    const items = schema['items'];
    return isObject(items) ? value.map((item) => coerceValue(item, items)) : value;
  }
  return value;
}

const foldName = (name: string) => name.replaceAll(/[_-]/g, '').toLowerCase();

function coerceObject(input: Record<string, unknown>, schema: Schema, aliases: InputAliases): Record<string, unknown> {
  const properties = propertiesOf(schema);
  const byFolded = new Map(Object.keys(properties).map((name) => [foldName(name), name]));
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const result: Record<string, unknown> = {};
  // Exact names first, so that an alias never replaces what was said by its right name.
  const entries = Object.entries(input).sort(([a], [b]) => Number(!(a in properties)) - Number(!(b in properties)));
  for (const [name, value] of entries) {
    const field = Object.hasOwn(properties, name) ? name : (byFolded.get(foldName(name)) ?? aliases[foldName(name)]);
    if (field === undefined || !Object.hasOwn(properties, field)) {
      if (schema['additionalProperties'] !== false) result[name] = value;
      continue;
    }
    if (Object.hasOwn(result, field)) continue;
    const property = properties[field] ?? {};
    if (value === null && !required.has(field) && !typesOf(property).includes('null')) continue;
    result[field] = coerceValue(value, property);
  }
  return result;
}

/** The input as the schema wants it: `null` for an absent field, numerals, JSON in a string, other spellings of a field's name. */
export function coerceInput(input: unknown, schema: Schema, aliases: InputAliases = {}): unknown {
  let value = input;
  if (typeof value === 'string' && value.trim() !== '') value = parsedJson(value, 'object') ?? value;
  if (value === undefined || value === null || value === '') value = {};
  return isObject(value) ? coerceObject(value, schema, aliases) : value;
}

function typeText(schema: Schema): string {
  const choices = schema['enum'];
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  const types = typesOf(schema);
  if (types.includes('array')) {
    const items = schema['items'];
    return `${isObject(items) ? typeText(items) : 'any'}[]`;
  }
  if (types.includes('object') && Object.keys(propertiesOf(schema)).length > 0) return describeInput(schema);
  return types.join(' | ') || 'any';
}

/** The schema as one line that a model reads: `{ path: string, startLine?: integer }`. */
export function describeInput(schema: Schema): string {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const fields = Object.entries(propertiesOf(schema)).map(
    ([name, property]) => `${name}${required.has(name) ? '' : '?'}: ${typeText(property)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** What validators report about one fault. */
export interface InputIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
}

/** Faults as one message: each field with what is wrong, then what the tool expects. */
export function explainIssues(
  issues: readonly InputIssue[],
  subject: { tool: string; input: unknown; schema: Schema },
): string {
  const faults = issues.slice(0, 5).map((issue) => {
    const field = issue.path.map(String).join('.');
    if (field === '') return issue.message;
    const isMissing = valueAt(subject.input, issue.path) === undefined;
    return isMissing ? `\`${field}\` is missing` : `\`${field}\`: ${issue.message}`;
  });
  if (issues.length > 5) faults.push(`and ${issues.length - 5} more faults`);
  return `Invalid input for ${subject.tool}: ${faults.join('; ')}. Expected ${describeInput(subject.schema)}.`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
