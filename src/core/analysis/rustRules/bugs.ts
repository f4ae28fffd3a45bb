// What Rust's compiler accepts and a reviewer does not.
import type { Rule } from '../rule';
import { loopBoundRule } from '../shared/bugRules';
import { codeIn, hasComment, isComment } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { attributesOf, functionAround, returnsResult, rust } from './spelling';

/** Calls that can't fail for what they are given, or whose failure means that another thread has panicked already. */
const SURE =
  /(?:\.(?:lock|read|write|try_into|join)\(\)|Regex::new\(r?#*"[^]*|^"[^"]*"\.parse(?:::<[^>]*>)?\(\)|Selector::parse\("[^]*|NonZero\w*::new\(\d+\)|(?:Header\w+|Uri|Url)::(?:from_static|parse)\("[^]*|write!\([^]*|writeln!\([^]*|\.duration_since\((?:UNIX_EPOCH|SystemTime::UNIX_EPOCH)\)|current_thread\(\)[^]*|Layout::\w+\([^]*|from_str\("[^]*|from_utf8\(b"[^]*)$/;

/** `unwrap()` in a function that could hand the error on. */
export const unwrapInResult: Rule = {
  id: 'unwrap-in-result',
  category: 'bug',
  nodes: ['call_expression'],
  notInTests: true,
  check(node) {
    const call = rust.callOf(node);
    const isUnwrap = call?.method === 'unwrap' && call.args.length === 0;
    const value = node.field('function')?.field('value');
    if (!call || !value || !isUnwrap || call.receiver === undefined || SURE.test(value.text.replace(/\s+/g, '')))
      return undefined;
    const fn = functionAround(node);
    const inClosure = node.enclosing(new Set(['closure_expression', 'function_item']))?.type === 'closure_expression';
    if (!fn || inClosure || !returnsResult(fn) || isChecked(node, value)) return undefined;
    return {
      node: node.field('function')?.field('field') ?? node,
      title: `\`unwrap\` panics in a function that returns \`Result\``,
      why: `\`${fn.field('name')?.text ?? 'The function'}\` can hand the error on to its caller: use \`?\`, with \`ok_or\` for an \`Option\`. A panic ends the thread, and with it the request or the program.`,
      severity: 'minor',
      confidence: 0.8,
    };
  },
};

/** `if x.is_some() { x.unwrap() }` and `assert!(x.is_ok())`. */
function isChecked(node: SyntaxNode, value: SyntaxNode): boolean {
  const text = value.text;
  for (const ancestor of node.ancestors()) {
    if (ancestor.type === 'function_item') break;
    const condition = ancestor.type === 'if_expression' ? ancestor.field('condition')?.text : undefined;
    if (condition?.includes(`${text}.is_`)) return true;
  }
  return false;
}

/** `unsafe` without a word why it is sound. */
export const unsafeWithoutReason: Rule = {
  id: 'unsafe-without-reason',
  category: 'bug',
  nodes: ['unsafe_block', 'impl_item'],
  notInTests: true,
  check(node, file) {
    if (node.type === 'impl_item' && !/^unsafe\b/.test(node.text)) return undefined;
    const root = [...node.ancestors()].at(-1) ?? node;
    const lines = root.once('lines', () => file.text.split('\n'));
    const hasReason = (line: number) => /\bSAFETY\b|# Safety/i.test(lines[line - 1] ?? '');
    if (
      hasReason(node.startLine) ||
      [...commentsAbove(lines, node.startLine)].some((text) => /\bsafety\b|\bsound\b/i.test(text))
    )
      return undefined;
    const fn = functionAround(node);
    if (fn && [...commentsAbove(lines, fn.startLine)].some((text) => /safety/i.test(text))) return undefined;
    if (/^unsafe\s*\{\s*(?:\/\/[^\n]*safety)/i.test(node.text)) return undefined;
    // In a declaration of an `unsafe fn` the whole function is marked.
    if (fn && /\bunsafe\b/.test(fn.text.slice(0, Math.max(0, fn.text.indexOf('fn '))))) return undefined;
    return {
      node: node.children[0] ?? node,
      title:
        node.type === 'impl_item'
          ? '`unsafe impl` without a reason why it is sound'
          : '`unsafe` without a reason why it is sound',
      why: 'Whoever changes the code later has to know what must hold. Say it in a comment that begins with `SAFETY:`.',
      severity: 'minor',
      confidence: 0.9,
    };
  },
};

/** Comment lines right above a line, attributes between them. */
function* commentsAbove(lines: readonly string[], line: number): Generator<string> {
  for (let index = line - 2; index >= 0; index -= 1) {
    const text = (lines[index] ?? '').trim();
    if (!/^(?:\/\/|\/\*|\*|#\[)/.test(text)) {
      // A statement may begin on the line above: `let x =`.
      if (index === line - 2 && /[=(,{]$/.test(text) && !text.endsWith('{')) continue;
      return;
    }
    yield text;
  }
}

/** `todo!()` and `unimplemented!()` that were left behind. */
export const unfinished: Rule = {
  id: 'unfinished',
  category: 'bug',
  nodes: ['macro_invocation'],
  notInTests: true,
  check(node) {
    const name = node.field('macro')?.text ?? '';
    if (!/^(?:todo|unimplemented)$/.test(name)) return undefined;
    return {
      node,
      title: `\`${name}!\` panics when it is reached`,
      why: 'The function is not finished. Write what is missing, or return an error that says so.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};

/** `panic!` in a function that could return the error. */
export const panicInResult: Rule = {
  id: 'panic-in-result',
  category: 'bug',
  nodes: ['macro_invocation'],
  notInTests: true,
  check(node) {
    const fn = functionAround(node);
    if (node.field('macro')?.text !== 'panic' || !fn || !returnsResult(fn)) return undefined;
    return {
      node,
      title: '`panic!` in a function that returns `Result`',
      why: 'The caller is ready for an error and gets a crash. Return an `Err`.',
      severity: 'minor',
      confidence: 0.8,
    };
  },
};

const MATTERS =
  /(?:^|::|\.)(?:write|write_all|write_fmt|flush|sync_all|sync_data|remove_file|remove_dir_all|create_dir_all|rename|copy|set_permissions|execute|commit|rollback|save|persist)$/;

/** `let _ =` of a result that decides whether anything happened. */
export const discardedResult: Rule = {
  id: 'discarded-result',
  category: 'bug',
  nodes: ['let_declaration'],
  notInTests: true,
  check(node) {
    const value = node.field('value');
    const call = value && rust.callOf(value.type === 'await_expression' ? (codeIn(value)[0] ?? value) : value);
    if (
      node.field('pattern')?.text !== '_' ||
      !call ||
      !MATTERS.test(call.callee) ||
      hasComment(node) ||
      isExplained(node)
    )
      return undefined;
    return {
      node,
      title: `Whether \`${call.method}\` worked is not looked at`,
      why: 'If it fails, the program goes on as if it had worked, and nobody learns of it. Handle the `Result` or log it; where it does not matter, say why in a comment.',
      severity: 'minor',
      confidence: 0.75,
    };
  },
};

/** A comment right above or at the end of the line. */
function isExplained(node: SyntaxNode): boolean {
  const siblings = node.parent?.named ?? [];
  const index = siblings.indexOf(node);
  return [siblings[index - 1], siblings[index + 1]].some(
    (near) =>
      near !== undefined &&
      isComment(near) &&
      (near.endLine === node.startLine - 1 || near.startLine === node.endLine || near.endLine === node.startLine),
  );
}

/** `Err(_) => {}`: an error that is matched and forgotten. */
export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'bug',
  nodes: ['match_arm'],
  notInTests: true,
  check(node) {
    const pattern = node.field('pattern')?.text.replace(/\s+/g, '') ?? '';
    const value = node.field('value');
    const isNothing = value?.text === '()' || (value?.type === 'block' && codeIn(value).length === 0);
    if (!/^Err\(_\w*\)$/.test(pattern) || !isNothing || hasComment(node) || isExplained(node)) return undefined;
    return {
      node,
      title: 'The error is matched and forgotten',
      why: 'The program goes on as if nothing had happened, and nobody learns of it. Handle the error or log it; where nothing has to be done, say why in a comment.',
      severity: 'minor',
      confidence: 0.85,
    };
  },
};

/** `static mut`: two threads that touch it are undefined behaviour. */
export const mutableStatic: Rule = {
  id: 'mutable-static',
  category: 'bug',
  nodes: ['static_item'],
  notInTests: true,
  check(node) {
    const isMutable = node.children.some(({ type }) => type === 'mutable_specifier');
    if (!isMutable || attributesOf(node).some((text) => /no_mangle|link_section/.test(text))) return undefined;
    return {
      node,
      title: `\`static mut ${node.field('name')?.text ?? ''}\` can be written by two threads at once`,
      why: 'That is undefined behaviour. Use an atomic, a `Mutex`, or `OnceLock`.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

/** `for i in 0..=list.len()` with `list[i]` in the body. */
export const loopBound = loopBoundRule('for_expression', (loop) => {
  const range = loop.field('value');
  const index = loop.field('pattern');
  const operator = range?.type === 'range_expression' ? range.children.find(({ text }) => text === '..=') : undefined;
  const list = /\.\.=\s*([\w.]+)\.len\(\)$/.exec(range?.text ?? '')?.[1];
  if (!range || !operator || index?.type !== 'identifier' || list === undefined) return undefined;
  return { index: index.text, list, node: range, operator, fix: '..' };
});
