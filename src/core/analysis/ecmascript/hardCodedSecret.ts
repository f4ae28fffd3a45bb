import type { Rule } from '../rule';
import { isSecretName, looksSecret, maskSecret } from '../secretText';
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
    if (value === undefined || !isSecretName(name) || !looksSecret(value)) return undefined;
    return {
      node,
      title: `A secret stands in the code: \`${name.split('.').at(-1) ?? name}\``,
      why: 'Everybody who can read the code or its history has it. Take it from the environment or a secret store, and replace it where it is in use.',
      severity: 'blocker',
      confidence: 0.8,
      evidence: `${name} = "${maskSecret(value)}"`,
    };
  },
};
