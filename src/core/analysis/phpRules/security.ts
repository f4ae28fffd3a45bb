import type { Rule } from '../rule';
import * as shared from '../shared/securityRules';
import { builtText, codeIn } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { inputIn, php } from './spelling';

const QUERY_FUNCTIONS =
  /^(?:mysqli_(?:query|multi_query|real_query|prepare)|mysql_query|pg_query|sqlite_query|sqlsrv_query|odbc_exec)$/;
const QUERY_METHODS =
  /^(?:query|exec|prepare|multi_query|real_query|get_results|get_row|get_var|get_col|executeQuery|executeStatement|select|statement|raw|unprepared|createQuery)$/;

export const sqlInjection = shared.sqlInjectionRule(php, {
  remedy: 'Prepare the statement with `?`, and execute it with the value.',
  statementsOf: (node) => {
    const call = php.callOf(node);
    if (!call) return [];
    return (call.receiver === undefined ? QUERY_FUNCTIONS : QUERY_METHODS).test(call.method) ? call.args : [];
  },
});

export const shellInjection = shared.shellInjectionRule(php, {
  nodes: ['function_call_expression', 'shell_command_expression'],
  remedy: 'Put each value through `escapeshellarg`, or use `proc_open` with a list of arguments.',
  commandOf: (node) => {
    if (node.type === 'shell_command_expression') return node;
    const call = php.callOf(node);
    return call && /^(?:shell_exec|exec|system|passthru|popen|proc_open)$/.test(call.callee) ? call.args[0] : undefined;
  },
});

export const weakHash = shared.weakHashRule(php, {
  nodes: ['function_call_expression'],
  remedy: 'For passwords use `password_hash`, for signatures `hash_hmac` with `sha256`.',
  algorithmOf: (node) => {
    const call = php.callOf(node);
    if (/^(?:md5|sha1)$/.test(call?.callee ?? '')) return call?.callee;
    return call?.callee === 'hash' ? /^['"](md5|sha1)['"]$/i.exec(call.args[0]?.text ?? '')?.[1] : undefined;
  },
});

export const weakCipher = shared.weakCipherRule(php, {
  nodes: ['function_call_expression'],
  remedy: 'Use `sodium_crypto_secretbox` or `aes-256-gcm`.',
  cipherOf: (node) => {
    const call = php.callOf(node);
    if (/^mcrypt_(?:encrypt|decrypt)$/.test(call?.callee ?? '')) return call?.callee;
    return /^openssl_(?:en|de)crypt$/.test(call?.callee ?? '')
      ? /^['"]((?:des|rc4|rc2|bf)[\w-]*|[\w-]+-ecb)['"]$/i.exec(call?.args[1]?.text ?? '')?.[1]
      : undefined;
  },
});

export const insecureRandom = shared.insecureRandomRule(php, {
  nodes: ['function_call_expression'],
  remedy: 'Use `random_bytes` or `random_int`.',
  isRandom: (node) => /^(?:rand|mt_rand|uniqid|str_shuffle|array_rand|lcg_value)$/.test(php.callOf(node)?.callee ?? ''),
});

export const tlsDisabled = shared.tlsDisabledRule({
  nodes: ['function_call_expression', 'array_element_initializer'],
  remedy: 'Leave the check on, and name the certificate that is needed (`CURLOPT_CAINFO`).',
  isOff: (node) => {
    const [name, value] =
      node.type === 'array_element_initializer' ? codeIn(node) : (php.callOf(node)?.args.slice(1) ?? []);
    if (node.type !== 'array_element_initializer' && php.callOf(node)?.callee !== 'curl_setopt') return false;
    return (
      /^(?:CURLOPT_SSL_VERIFY(?:PEER|HOST)|['"]verify(?:_peer|_peer_name)?['"])$/.test(name?.text ?? '') &&
      /^(?:false|0)$/i.test(value?.text ?? '')
    );
  },
});

export const hardCodedSecret = shared.hardCodedSecretRule(php);

/** `eval` and its relatives with text that is not fixed. */
export const codeEvaluation: Rule = {
  id: 'code-evaluation',
  category: 'security',
  nodes: ['function_call_expression'],
  check(node) {
    const call = php.callOf(node);
    const code = call?.args[call.callee === 'create_function' ? 1 : 0];
    if (!call || !code) return undefined;
    const evaluates = call.callee === 'eval' || call.callee === 'create_function';
    const asserts = call.callee === 'assert' && builtText(php, code) !== undefined;
    if ((!evaluates && !asserts) || php.fixedText(code) !== undefined) return undefined;
    return {
      node,
      title: `\`${call.callee}\` runs text as code`,
      why: 'Whoever controls the text controls the server. Use a table of functions for choices, and `json_decode` for data.',
      severity: 'blocker',
      confidence: 0.85,
    };
  },
};

/** Something of the request that is written to the page, included, redirected to or revived as it came. */
function inputRule(
  id: string,
  nodes: readonly string[],
  whereOf: (node: SyntaxNode) => SyntaxNode | readonly SyntaxNode[] | undefined,
  say: (input: string) => { title: string; why: string; severity: 'blocker' | 'major' },
): Rule {
  return {
    id,
    category: 'security',
    nodes,
    notInTests: true,
    check(node) {
      const where = whereOf(node);
      for (const place of where ? [where].flat() : []) {
        const input = inputIn(place);
        if (input) return { node, ...say(input.text), confidence: 0.9 };
      }
      return undefined;
    },
  };
}

export const crossSiteScripting = inputRule(
  'cross-site-scripting',
  ['echo_statement', 'print_intrinsic', 'expression_statement'],
  (node) => {
    if (node.type !== 'expression_statement') return codeIn(node);
    const before = node.parent?.children[node.parent.children.indexOf(node) - 1];
    return before?.text.endsWith('<?=') ? codeIn(node) : undefined;
  },
  (input) => ({
    title: `\`${input}\` is written into the page as it came`,
    why: 'Whoever makes somebody follow a link can run a script in their session. Put it through `htmlspecialchars`.',
    severity: 'major',
  }),
);

export const fileInclusion = inputRule(
  'file-inclusion',
  ['include_expression', 'include_once_expression', 'require_expression', 'require_once_expression'],
  codeIn,
  (input) => ({
    title: `\`${input}\` decides which file is run`,
    why: 'Any file that the server can read, or an address, can be named there. Look the file up in a list of those that are meant.',
    severity: 'blocker',
  }),
);

export const unsafeDeserialisation = inputRule(
  'unsafe-deserialisation',
  ['function_call_expression'],
  (node) => {
    const call = php.callOf(node);
    return call?.callee === 'unserialize' &&
      !/allowed_classes['"]\s*=>\s*(?:false|\[\s*\])/.test(call.args[1]?.text ?? '')
      ? call.args.slice(0, 1)
      : undefined;
  },
  (input) => ({
    title: `\`unserialize\` makes objects out of \`${input}\``,
    why: 'Their destructors and magic methods run with whatever stands in them. Use `json_decode`.',
    severity: 'blocker',
  }),
);

export const openRedirect = inputRule(
  'open-redirect',
  ['function_call_expression'],
  (node) => {
    const call = php.callOf(node);
    return call?.callee === 'header' && /^["']location:\s*["'{$]/i.test(call.args[0]?.text ?? '')
      ? call.args.slice(0, 1)
      : undefined;
  },
  (input) => ({
    title: `\`${input}\` decides where the browser goes`,
    why: 'A link to this site can then lead anywhere, for instance to a copy of its login page. Allow only paths of the site itself.',
    severity: 'major',
  }),
);

/** `extract($_POST)`: the request may set any variable. */
export const variableOverwrite: Rule = {
  id: 'variable-overwrite',
  category: 'security',
  nodes: ['function_call_expression'],
  notInTests: true,
  check(node) {
    const call = php.callOf(node);
    const fromRequest =
      call?.callee === 'extract' && /^\$_(?:GET|POST|REQUEST|COOKIE|FILES)$/.test(call.args[0]?.text ?? '');
    const parses = call?.callee === 'parse_str' && call.args.length === 1;
    if (!call || (!fromRequest && !parses) || /EXTR_(?:SKIP|PREFIX_ALL)/.test(call.args[1]?.text ?? ''))
      return undefined;
    return {
      node,
      title: `\`${call.callee}\` lets the request set any variable`,
      why: 'Also those that decide who somebody is. Read the fields that are meant, one by one.',
      severity: 'blocker',
      confidence: 0.9,
    };
  },
};

const SECRETS = /(?:passw(?:or)?d|passwd|hash|token|signature|hmac|csrf|secret|digest)(?:['"]?\])?$/i;

/** `==` between secrets: two hashes that look like numbers are equal, and the time tells how far they agree. */
export const looseComparison: Rule = {
  id: 'loose-comparison',
  category: 'security',
  nodes: ['binary_expression'],
  notInTests: true,
  check(node) {
    const operator = node.field('operator')?.text ?? '';
    const sides = [node.field('left'), node.field('right')];
    if (!/^(?:==|!=)$/.test(operator)) return undefined;
    const hashes = sides.some(
      (side) =>
        side?.type === 'function_call_expression' &&
        /^(?:md5|sha1|hash|crypt|hash_hmac)$/.test(php.callOf(side)?.callee ?? ''),
    );
    const named = sides.every(
      (side) =>
        side !== undefined &&
        /^(?:variable_name|subscript_expression|member_access_expression)$/.test(side.type) &&
        SECRETS.test(side.text),
    );
    if (!hashes && !named) return undefined;
    return {
      node,
      title: `\`${operator}\` compares secrets as if they were numbers`,
      why: 'Two hashes such as `0e12…` and `0e34…` are equal for it, since both are 0. Use `hash_equals`, and `password_verify` for passwords.',
      severity: 'major',
      confidence: hashes ? 0.9 : 0.8,
    };
  },
};
