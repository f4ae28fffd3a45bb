import type { Rule } from '../rule';
import { secretReport } from '../secretText';
import { stringValue, unwrap } from './shape';

const FIELDS = {
  variable_declarator: ['name', 'value'],
  pair: ['key', 'value'],
  assignment_expression: ['left', 'right'],
  public_field_definition: ['name', 'value'],
  field_definition: ['property', 'value'],
} as const;

/** A password or key as a literal under a name that says so. */
export const hardCodedSecret: Rule = {
  id: 'hard-coded-secret',
  category: 'security',
  nodes: Object.keys(FIELDS),
  notInTests: true,
  check(node) {
    const [nameField, valueField] = FIELDS[node.type as keyof typeof FIELDS];
    const name = node.field(nameField)?.text.replace(/^['"]|['"]$/g, '') ?? '';
    const literal = node.field(valueField);
    const value = literal && stringValue(unwrap(literal));
    return value === undefined ? undefined : secretReport(node, name, value);
  },
};
