import * as shared from '../shared/securityRules';
import type { SyntaxNode } from '../../syntax';
import { go } from './spelling';

const QUERIES =
  /^(?:(?:Query|QueryRow|Exec|Prepare|Queryx|QueryRowx|NamedExec|NamedQuery|MustExec|Select|Get)(?:Context)?|Raw)$/;

export const sqlInjection = shared.sqlInjectionRule(go, {
  remedy: 'Pass it as a parameter (`db.Query("… WHERE id = ?", id)`) instead of writing it into the text.',
  statementsOf: (node) => {
    const call = go.callOf(node);
    return call?.receiver !== undefined && QUERIES.test(call.method) ? call.args : [];
  },
});

export const shellInjection = shared.shellInjectionRule(go, {
  remedy: 'Call the program itself with `exec.Command(name, args...)`, without a shell.',
  commandOf: (node) => {
    const call = go.callOf(node);
    if (!call || !/^exec\.Command(?:Context)?$/.test(call.callee)) return undefined;
    const args = call.method === 'CommandContext' ? call.args.slice(1) : call.args;
    const [shell, option, command] = args;
    const isShell = /^["`](?:[\w/]*\/)?(?:ba|z|da|k)?sh["`]$|^["`](?:cmd|powershell)(?:\.exe)?["`]$/.test(
      shell?.text ?? '',
    );
    return isShell && /^["`](?:-\w*c|\/[cC]|-Command)["`]$/.test(option?.text ?? '') ? command : undefined;
  },
});

export const tlsDisabled = shared.tlsDisabledRule({
  nodes: ['keyed_element', 'assignment_statement'],
  remedy: 'Leave `InsecureSkipVerify` off, and put a certificate of your own into `RootCAs`.',
  isOff: (node) => {
    const binding = go.bindingOf(node);
    return binding?.name === 'InsecureSkipVerify' && binding.value.text === 'true';
  },
});

export const weakHash = shared.weakHashRule(go, {
  remedy: 'For passwords use bcrypt or argon2, for signatures `hmac` with SHA-256.',
  algorithmOf: (node) => /^(md5|sha1)\.(?:New|Sum)$/.exec(go.callOf(node)?.callee ?? '')?.[1],
});

export const weakCipher = shared.weakCipherRule(go, {
  remedy: 'Use AES in GCM mode (`cipher.NewGCM`).',
  cipherOf: (node) => /^(?:des\.New(?:TripleDES)?Cipher|rc4\.NewCipher)$/.exec(go.callOf(node)?.callee ?? '')?.[0],
});

export const insecureRandom = shared.insecureRandomRule(go, {
  remedy: 'Use `crypto/rand`.',
  isRandom: (node) =>
    /^(?:rand|mathrand|mrand)\.(?:Intn|Int|Int31n?|Int63n?|IntN|Uint32|Uint64|Float64|Perm)$/.test(
      go.callOf(node)?.callee ?? '',
    ) && !importsOnly(node, 'crypto/rand'),
});

/** True where the file takes the name `rand` from this package. */
function importsOnly(node: SyntaxNode, path: string): boolean {
  let root = node;
  for (const ancestor of node.ancestors()) root = ancestor;
  const imports = root.named.filter(({ type }) => type === 'import_declaration').map(({ text }) => text);
  return imports.some((text) => text.includes(`"${path}"`)) && !imports.some((text) => text.includes('"math/rand'));
}

export const hardCodedSecret = shared.hardCodedSecretRule(go);
