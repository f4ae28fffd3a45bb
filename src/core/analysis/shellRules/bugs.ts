// Mistakes that no shell complains about.
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import {
  commandOf,
  fixedWord,
  isAskedFor,
  isLoopVariable,
  followersOf,
  isExpansion,
  plainName,
  realCommandOf,
  rootOf,
  stopsOnError,
  valuesOf,
} from './shape';

/** `rm -rf "$DIR/"`: where the variable is empty, it removes everything. */
export const dangerousRemoval: Rule = {
  id: 'dangerous-removal',
  category: 'bug',
  nodes: ['command'],
  check(node) {
    const command = realCommandOf(node);
    if (command?.name !== 'rm' || !command.args.some(({ text }) => /^-\w*[rR]|^--recursive$/.test(text)))
      return undefined;
    for (const arg of command.args) {
      const expansion = [...arg.walk()].find(isExpansion);
      const name = expansion && plainName(expansion);
      if (!expansion || name === undefined || !/^"?\$(?:\{\w+\}|\w+)"?\//.test(arg.text)) continue;
      if (/^(?:HOME|PWD|TMPDIR|OLDPWD|GITHUB_WORKSPACE)$/.test(name) || isNeverEmpty(node, name)) continue;
      const rest = arg.text.replace(/^"?\$(?:\{\w+\}|\w+)/, '').replace(/"/g, '');
      return {
        node,
        title: `Where \`${name}\` is empty, this removes \`${rest === '/' ? '/' : rest}\``,
        why: `A typing mistake in the name, or a command that failed before, is enough. With \`\${${name}:?}\` the script ends there instead.`,
        severity: /^\/\**$/.test(rest) ? 'blocker' : 'major',
        confidence: 0.85,
        replace: { node: expansion, with: `\${${name}:?}` },
      };
    }
    return undefined;
  },
};

/** True where all values of the variable begin with text, or the script looks whether there is one. */
function isNeverEmpty(node: SyntaxNode, name: string): boolean {
  const root = rootOf(node);
  const values = valuesOf(root, name);
  const starts = (value: SyntaxNode) =>
    /^["']?[\w./~-]|^"?\$\(\s*(?:mktemp|pwd|cd)\b|^"?\$\{\w+:-[^}]|^"?\$\{BASH_SOURCE/.test(value.text);
  return isAskedFor(root, name) || (values.length > 0 && values.every(starts));
}

const MOVES = /^(?:rm|mv|cp|rmdir|chown|chmod|ln|rsync)$/;
const OPTIONS = /(?:opts?|options?|flags?|args?|files|params?|list|cmd|command|dirs|paths)$/i;

/** A variable outside quotes, where a blank in it names other files. */
export const unquotedVariable: Rule = {
  id: 'unquoted-variable',
  category: 'bug',
  nodes: ['command'],
  check(node) {
    const command = realCommandOf(node);
    if (!command || !MOVES.test(command.name)) return undefined;
    for (const arg of command.args) {
      const bare = isExpansion(arg) ? arg : arg.type === 'concatenation' ? arg.children.find(isExpansion) : undefined;
      const name = bare && plainName(bare);
      if (!bare || name === undefined || /^\d{2,}$/.test(name) || OPTIONS.test(name) || hasNoBlank(node, name))
        continue;
      return {
        node,
        title: `\`${bare.text}\` is not in quotes`,
        why: `A blank or \`*\` in it makes several names of it, and \`${command.name}\` works on other files. Put it in double quotes.`,
        severity: command.name === 'rm' ? 'major' : 'minor',
        confidence: 0.85,
        replace: { node: bare, with: `"${bare.text}"` },
      };
    }
    return undefined;
  },
};

/** True where every value in sight is a plain word without a blank, or a number. */
function hasNoBlank(node: SyntaxNode, name: string): boolean {
  const root = rootOf(node);
  const values = valuesOf(root, name);
  const isWord = (value: SyntaxNode) =>
    /^[\w./-]+$/.test(fixedWord(value) ?? '') || /^"?\$\(\s*(?:mktemp|date|id|uname|nproc|wc)\b/.test(value.text);
  return !isLoopVariable(root, name) && values.length > 0 && values.every(isWord);
}

/** `[ -n $x ]`: without quotes an empty variable vanishes, and the test says yes. */
export const unquotedTest: Rule = {
  id: 'unquoted-test',
  category: 'bug',
  nodes: ['test_command'],
  check(node) {
    if (!node.text.startsWith('[') || node.text.startsWith('[[')) return undefined;
    for (const test of node.walk()) {
      if (test.type !== 'unary_expression' && test.type !== 'binary_expression') continue;
      const operator = test.field('operator')?.text ?? '';
      const bare = test.named.find((child) => child.type === 'simple_expansion' && plainName(child) !== undefined);
      if (!bare || !/^(?:-[nzfedsrwx]|=|==|!=)$/.test(operator) || hasNoBlank(node, plainName(bare) ?? '')) continue;
      const isAlwaysTrue = operator === '-n';
      return {
        node,
        title: isAlwaysTrue ? `\`[ -n ${bare.text} ]\` is always true` : `\`${bare.text}\` is not in quotes`,
        why: isAlwaysTrue
          ? 'Where the variable is empty, nothing is left but `-n`, which counts as true. Put it in double quotes.'
          : 'Where it is empty or has a blank in it, the test fails with “unary operator expected” or “too many arguments”. Put it in double quotes.',
        severity: isAlwaysTrue ? 'major' : 'minor',
        confidence: 0.9,
        replace: { node: bare, with: `"${bare.text}"` },
      };
    }
    return undefined;
  },
};

/** `cd` whose failure nobody looks at: what follows runs in the wrong folder. */
export const uncheckedCd: Rule = {
  id: 'unchecked-cd',
  category: 'bug',
  nodes: ['command'],
  notInTests: true,
  check(node) {
    const command = commandOf(node);
    const [target] = command?.args ?? [];
    if (
      command?.name !== 'cd' ||
      !target ||
      /^(?:-|~|\.\.(?:\/\.\.)*|\/|"?\$\(dirname .*|"?\$\{?(?:HOME|OLDPWD)\}?"?)$/.test(target.text)
    )
      return undefined;
    const root = rootOf(node);
    if (
      !/^(?:program|compound_statement|do_group|subshell|if_statement|else_clause|elif_clause)$/.test(
        node.parent?.type ?? '',
      )
    )
      return undefined;
    if (node.fieldName === 'condition' || stopsOnError(root)) return undefined;
    const next = followersOf(node);
    if (next.length === 0 || /^(?:if|\[)[^;\n]*\$\?/.test(next.at(0)?.text ?? '')) return undefined;
    const harm = next.find((later) => [...later.walk()].some((inner) => isHarmful(inner)));
    return {
      node,
      title: `What follows runs somewhere else if \`cd ${target.text}\` fails`,
      why: `${harm ? `\`${firstWords(harm)}\` then works on the folder that the script was in.` : 'The script stays in the folder where it was, and goes on.'} Write \`cd ${target.text} || exit\`.`,
      severity: harm ? 'major' : 'minor',
      confidence: harm ? 0.85 : 0.7,
      ...(node.parent?.type === 'program' && { replace: { node, with: `${node.text} || exit 1` } }),
    };
  },
};

function isHarmful(node: SyntaxNode): boolean {
  const command = realCommandOf(node);
  if (!command) return false;
  const [first] = command.args;
  const isGit = command.name === 'git' && /^(?:clean|reset|checkout|rm)$/.test(first?.text ?? '');
  return (
    isGit ||
    (/^(?:rm|mv|chmod|chown|find|rsync|tar)$/.test(command.name) &&
      !command.args.some(({ text }) => /^["']?\//.test(text)))
  );
}

function firstWords(node: SyntaxNode): string {
  return node.text.split('\n', 1)[0]?.slice(0, 40) ?? '';
}

/** `for f in $(ls)`: names with blanks come in pieces. */
export const loopOverLs: Rule = {
  id: 'loop-over-names',
  category: 'bug',
  nodes: ['for_statement'],
  check(node) {
    const value = node.children.find((child) => child.fieldName === 'value' && child.type === 'command_substitution');
    const inner = value?.named.find(({ type }) => type === 'command' || type === 'pipeline');
    const command = inner && commandOf(inner.type === 'pipeline' ? (inner.named[0] ?? inner) : inner);
    if (!value || !command || !/^(?:ls|find)$/.test(command.name) || /\bIFS=/.test(rootOf(node).text)) return undefined;
    const pattern = command.name === 'ls' && inner.type === 'command' ? command.args.at(-1)?.text : undefined;
    return {
      node: value,
      title: `A name with a blank in it comes out of \`${command.name}\` in pieces`,
      why: pattern?.includes('*')
        ? `The shell lists files itself: \`for ${node.field('variable')?.text ?? 'f'} in ${pattern}\`.`
        : command.name === 'ls'
          ? 'The shell lists files itself: `for f in ./*`.'
          : "Use `find … -exec`, or `find … -print0 | while IFS= read -r -d '' f`.",
      severity: 'minor',
      confidence: 0.85,
      ...(pattern?.includes('*') && command.args.length === 1 && { replace: { node: value, with: pattern } }),
    };
  },
};

/** `[ a == b ]` in a script for `sh`. */
export const testEquality: Rule = {
  id: 'test-equality',
  category: 'bug',
  nodes: ['test_command'],
  check(node) {
    if (!/^#!\s*(?:\/usr)?\/bin\/(?:env\s+)?(?:sh|dash)\b/.test(rootOf(node).text)) return undefined;
    const operator = [...node.walk()].find(({ type, fieldName }) => fieldName === 'operator' && type === '==');
    if (!operator || node.text.startsWith('[[')) return undefined;
    return {
      node,
      title: '`==` is not known to `sh`',
      why: 'On Debian, Ubuntu and Alpine `[` ends with “unexpected operator”. Use `=`.',
      severity: 'major',
      confidence: 0.95,
      replace: { node: operator, with: '=' },
    };
  },
};

/** `local x=$(…)` and then `$?`: that is the success of `local`. */
export const maskedStatus: Rule = {
  id: 'masked-status',
  category: 'bug',
  nodes: ['declaration_command'],
  check(node) {
    const assigned = node.named.find(({ type }) => type === 'variable_assignment');
    const runs = assigned && [...assigned.walk()].some(({ type }) => type === 'command_substitution');
    const [next] = followersOf(node);
    const word = /^\w+/.exec(node.text)?.[0] ?? 'local';
    if (!runs || !next || !/^(?:if\s+)?\[.*\$\?|^(?:\w+=)?\$\?|^return \$\?/.test(next.text.split('\n', 1)[0] ?? ''))
      return undefined;
    return {
      node: next,
      title: `\`$?\` tells whether \`${word}\` worked, which it always does`,
      why: `Whether the command failed is lost. Declare the variable first, and give it its value on the next line.`,
      severity: 'major',
      confidence: 0.9,
    };
  },
};

/** `sudo echo x > /etc/file`: the file is opened without `sudo`. */
export const sudoRedirect: Rule = {
  id: 'sudo-redirect',
  category: 'bug',
  nodes: ['redirected_statement'],
  check(node) {
    const body = node.field('body');
    const command = body && commandOf(body);
    const redirect = node.children.find(({ type }) => type === 'file_redirect');
    const target = redirect?.field('destination')?.text ?? '';
    const writes = redirect?.children.some(({ type }) => type === '>' || type === '>>') === true;
    if (
      command?.name !== 'sudo' ||
      !writes ||
      !/^["']?\/(?!dev\/|tmp\/)/.test(target) ||
      /^(?:ba|z)?sh$/.test(command.args[0]?.text ?? '')
    )
      return undefined;
    return {
      node,
      title: `\`${target}\` is opened without \`sudo\``,
      why: 'The shell opens the file before `sudo` begins, with the rights of whoever runs the script. Use `… | sudo tee`.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};
