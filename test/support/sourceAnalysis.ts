// Runs the real rules over text, with the grammars from node_modules.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { languageOf } from '../../src/core/analysis/languages';
import { Pacer } from '../../src/core/pacer';
import type { FindingDraft } from '../../src/core/analysis/rule';
import { runRules } from '../../src/core/analysis/ruleRunner';
import type { Clock } from '../../src/core/clock';
import { isFailure } from '../../src/core/failure';
import { TreeSitterParser } from '../../src/adapters/treeSitter/treeSitterParser';

const require = createRequire(join(process.cwd(), 'package.json'));

/** A clock of the machine, since what is measured here is the machine's. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(_delayMs, callback) {
    const handle = setImmediate(callback);
    return { dispose: () => clearImmediate(handle) };
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

export function loadWasm(fileName: string): Promise<Uint8Array> {
  return readFile(join(folderOf(fileName), fileName));
}

function folderOf(fileName: string): string {
  if (fileName === 'web-tree-sitter.wasm') return dirname(require.resolve('web-tree-sitter'));
  if (fileName === 'tree-sitter-bash.wasm') {
    return join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  }
  return join(dirname(require.resolve('@repomix/tree-sitter-wasms/package.json')), 'out');
}

let shared: TreeSitterParser | undefined;

/** The parser that all tests of one process share; grammars load slowly. */
export function sharedParser(): TreeSitterParser {
  shared ??= new TreeSitterParser({ loadWasm, clock: machineClock });
  return shared;
}

/** What the rules find in a file of this name; all of them, or only one. */
export async function findingsIn(path: string, text: string, rule?: string): Promise<FindingDraft[]> {
  const known = languageOf(path);
  if (!known) throw new Error(`No rules for ${path}`);
  const signal = new AbortController().signal;
  const root = await sharedParser().parse(known.grammar, text, signal);
  if (isFailure(root)) throw new Error(root.message);
  const language = await known.load();
  const include = (candidate: { id: string }) => rule === undefined || candidate.id === rule;
  return runRules({ file: { path, text }, root, language, include, pacer: new Pacer(machineClock), signal });
}
