import type { Rule } from '../rule';
import { hardCodedSecretRule } from '../shared/securityRules';
import type { SyntaxNode } from '../../syntax';
import { commandOf, fixedWord, isExpansion, plainName, realCommandOf, rootOf, valuesOf } from './shape';

/** `eval` of something with variables in it. */
export const codeEvaluation: Rule = {
  id: 'code-evaluation',
  category: 'security',
  nodes: ['command'],
  check(node) {
    const command = commandOf(node);
    if (command?.name !== 'eval' || /^set$/.test(command.args[0]?.text ?? '')) return undefined;
    const isSubstitution = (inner: SyntaxNode) => inner.type === 'command_substitution';
    const found = command.args.find((arg) => !isSubstitution(arg) && [...arg.walk(isSubstitution)].some(isExpansion));
    if (!found) return undefined;
    return {
      node,
      title: `\`eval\` runs what stands in \`${found.text.length > 40 ? `${found.text.slice(0, 39)}…` : found.text}\``,
      why: 'A `;` or `$( )` in it runs something else. Keep a command with its arguments in an array (`"${command[@]}"`), and a name of a variable in `${!name}`.',
      severity: 'major',
      confidence: 0.8,
    };
  },
};

const SHELLS = /^(?:ba|z|da|k)?sh$|^python3?$|^perl$|^ruby$|^node$/;

/** `curl … | sh`: what a server sends is run, also half of it. */
export const downloadToShell: Rule = {
  id: 'download-to-shell',
  category: 'security',
  nodes: ['pipeline', 'command'],
  check(node) {
    if (!(node.type === 'pipeline' ? pipesDownload(node) : runsDownload(node))) return undefined;
    return {
      node,
      title: 'What is downloaded is run unseen',
      why: 'Whoever controls the server, or a line that breaks half-way, decides what runs here. Save it, check its checksum, and run it then.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

function pipesDownload(pipeline: SyntaxNode): boolean {
  const commands = pipeline.named.map((part) =>
    realCommandOf(part.type === 'redirected_statement' ? (part.field('body') ?? part) : part),
  );
  const last = commands.at(-1);
  const runsInput =
    last !== undefined && SHELLS.test(last.name) && !last.args.some(({ text }) => /^-\w*[cem]$/.test(text));
  return /^(?:curl|wget)$/.test(commands[0]?.name ?? '') && runsInput;
}

function runsDownload(node: SyntaxNode): boolean {
  const command = realCommandOf(node);
  if (!command || !/^(?:(?:ba|z|da|k)?sh|eval|source|\.)$/.test(command.name)) return false;
  return command.args.some((arg) => /^(?:"?\$\(|<\()\s*(?:curl|wget)\b/.test(arg.text));
}

/** A file in `/tmp` with a name that anybody can know beforehand. */
export const predictableTemporary: Rule = {
  id: 'predictable-temporary',
  category: 'security',
  nodes: ['file_redirect'],
  notInTests: true,
  check(node) {
    const writes = node.children.some(({ type }) => type === '>' || type === '>>' || type === '&>');
    const target = node.field('destination');
    if (!writes || !target) return undefined;
    const path = isPlainTemporary(target.text) ? target.text : behind(target);
    if (path === undefined) return undefined;
    return {
      node,
      title: `Anybody can be there before: \`${path}\``,
      why: 'Who puts a link under that name has the script write where it points, and can read or change what is written. Use `mktemp`.',
      severity: 'minor',
      confidence: 0.75,
    };
  },
};

function isPlainTemporary(text: string): boolean {
  return /^["']?(?:\/var)?\/tmp\/[\w.-]+(?:\$\$|\$\{?(?:RANDOM|USER|BASHPID)\}?)?[\w.-]*["']?$/.test(text);
}

/** The value of a variable that a redirection goes to. */
function behind(target: SyntaxNode): string | undefined {
  const expansion = [...target.walk()].find(isExpansion);
  const name = expansion && plainName(expansion);
  if (name === undefined || target.text.replace(/"/g, '') !== expansion?.text) return undefined;
  const assigned = valuesOf(rootOf(target), name);
  const value = assigned.length === 1 ? assigned[0]?.text : undefined;
  return value !== undefined && isPlainTemporary(value) ? value : undefined;
}

/** `chmod 777`: everybody on the machine may change the file. */
export const worldWritable: Rule = {
  id: 'world-writable',
  category: 'security',
  nodes: ['command'],
  check(node) {
    const command = realCommandOf(node);
    const mode = command?.args.find(({ text }) => !text.startsWith('-'))?.text ?? '';
    if (command?.name !== 'chmod' || !/^(?:0?777|0?666|a\+rwx|a\+w|o\+w|ugo\+rwx|\+rwx)$/.test(mode)) return undefined;
    return {
      node,
      title: `\`chmod ${mode}\` lets everybody on the machine change it`,
      why: 'Give rights to the user or group that needs them: `750` for folders and programs, `640` for files.',
      severity: 'minor',
      confidence: 0.85,
    };
  },
};

export const hardCodedSecret = hardCodedSecretRule({
  bindings: ['variable_assignment'],
  unwrap: (node) => node,
  fixedText: fixedWord,
  bindingOf: (node) => {
    const name = node.field('name')?.text;
    const value = node.field('value');
    return name !== undefined && value ? { name, value } : undefined;
  },
});
