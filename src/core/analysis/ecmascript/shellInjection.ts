import { namePieces, riskyPieces } from '../builtString';
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { bindingsOf, isImported, type ModuleBindings } from './imports';
import { builtStringBehind, callOf, declaredValue, type Call } from './shape';

const CHILD_PROCESS = /^(?:node:)?child_process$/;
const SHELLS = new Set(['exec', 'execSync']);
const SPAWNERS = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync']);
const FOREIGN =
  /\b(?:req|request|ctx|event)\.(?:query|body|params|headers)\b|\bprocess\.argv\b|\blocation\.(?:search|hash)\b/;

/** Shell commands that are put together from text and values. */
export const shellInjection: Rule = {
  id: 'shell-injection',
  category: 'security',
  nodes: ['call_expression'],
  check(node, file) {
    if (!file.text.includes('child_process')) return undefined;
    const call = callOf(node);
    const command = call?.args[0];
    if (!call || !command) return undefined;
    const bindings = bindingsOf(node, CHILD_PROCESS);
    if (bindings.named.size + bindings.whole.size === 0 || !runsShell(node, call, bindings)) return undefined;
    const built = builtStringBehind(command);
    const risky = built ? riskyPieces(built) : FOREIGN.test(command.text) ? [command] : [];
    if (risky.length === 0) return undefined;
    return {
      node,
      title: `A shell command is put together from ${namePieces(risky)}`,
      why: 'A value with `;`, `$( )` or a quote in it runs commands of its own. Use `execFile` or `spawn` with an array of arguments and no shell.',
      severity: 'blocker',
      confidence: 0.9,
    };
  },
};

function runsShell(node: SyntaxNode, call: Call, bindings: ModuleBindings): boolean {
  if (isImported(bindings, call, SHELLS)) return true;
  if (isImported(bindings, call, SPAWNERS))
    return call.args.some((argument) => /\bshell\s*:(?!\s*false\b)/.test(argument.text) && argument.type === 'object');
  const target = node.field('function');
  return target !== undefined && isPromisedShell(target, bindings);
}

/** `run` of `const run = promisify(exec)`. */
function isPromisedShell(target: SyntaxNode, bindings: ModuleBindings): boolean {
  const value = declaredValue(target);
  const wrapped = value && callOf(value);
  const inner = wrapped?.method === 'promisify' ? wrapped.args[0] : undefined;
  if (!inner) return false;
  if (inner.type === 'identifier') return bindings.named.get(inner.text) === 'exec';
  return inner.field('property')?.text === 'exec' && bindings.whole.has(inner.field('object')?.text ?? '');
}
