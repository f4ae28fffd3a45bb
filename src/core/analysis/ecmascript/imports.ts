// What a file imports from a module, by `import` and by `require` at the top level.
import { callOf, stringValue, unwrap } from './shape';
import type { SyntaxNode } from '../../syntax';

export interface ModuleBindings {
  /** Local names of named imports, with the exported name. */
  named: Map<string, string>;
  /** Local names that stand for the whole module. */
  whole: Set<string>;
}

/** Names under which the file of `node` knows the module. */
export function bindingsOf(node: SyntaxNode, module: RegExp): ModuleBindings {
  const bindings: ModuleBindings = { named: new Map(), whole: new Set() };
  for (const statement of programOf(node).named) {
    if (statement.type === 'import_statement') readImport(statement, module, bindings);
    if (statement.type === 'lexical_declaration' || statement.type === 'variable_declaration') {
      for (const declarator of statement.named) readRequire(declarator, module, bindings);
    }
  }
  return bindings;
}

/** True if the called name is `exported` of a module with these bindings, directly or as `whole.exported`. */
export function isImported(
  bindings: ModuleBindings,
  call: { callee: string; method: string; receiver?: string },
  exported: ReadonlySet<string>,
): boolean {
  if (call.receiver === undefined) return exported.has(bindings.named.get(call.callee) ?? '');
  return bindings.whole.has(call.receiver) && exported.has(call.method);
}

/** The top of the tree. */
export function programOf(node: SyntaxNode): SyntaxNode {
  let top = node;
  for (const ancestor of node.ancestors()) top = ancestor;
  return top;
}

function readImport(statement: SyntaxNode, module: RegExp, bindings: ModuleBindings): void {
  const source = statement.field('source');
  if (!source || !module.test(stringValue(source) ?? '')) return;
  for (const node of statement.walk()) {
    if (node.type === 'import_specifier') {
      const name = node.field('name')?.text ?? '';
      bindings.named.set(node.field('alias')?.text ?? name, name);
    } else if (node.type === 'namespace_import' || node.type === 'import_clause') {
      for (const child of node.named) if (child.type === 'identifier') bindings.whole.add(child.text);
    }
  }
}

function readRequire(declarator: SyntaxNode, module: RegExp, bindings: ModuleBindings): void {
  const value = declarator.field('value');
  const name = declarator.field('name');
  if (!value || !name) return;
  const call = callOf(unwrap(value));
  if (call?.callee !== 'require' || !call.args[0] || !module.test(stringValue(call.args[0]) ?? '')) return;
  if (name.type === 'identifier') bindings.whole.add(name.text);
  for (const child of name.type === 'object_pattern' ? name.named : []) {
    if (child.type === 'shorthand_property_identifier_pattern') bindings.named.set(child.text, child.text);
    if (child.type === 'pair_pattern')
      bindings.named.set(child.field('value')?.text ?? '', child.field('key')?.text ?? '');
  }
}
