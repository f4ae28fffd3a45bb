// What an attacker could use: text that becomes a statement, a command, code or an object, and secrets that are not safe.
import { isSqlStatement, namePieces, riskyPieces } from '../builtString';
import type { Rule, RuleReport } from '../rule';
import { secretReport } from '../secretText';
import { isSecurityContext } from '../securityContext';
import type { SyntaxNode } from '../../syntax';
import { builtStringBehind, callOf, FUNCTIONS, functionName, stringValue, type Call } from './shape';

/** SQL that is put together from text and values and reaches `execute`. */
export const sqlInjection: Rule = {
  id: 'sql-injection',
  category: 'security',
  nodes: ['call'],
  check(node) {
    const call = callOf(node);
    const statement = call?.args[0];
    if (
      !call ||
      !statement ||
      call.receiver === undefined ||
      !/^(?:execute|executemany|executescript|raw|read_sql|read_sql_query|text)$/.test(call.method)
    )
      return undefined;
    const built = builtStringBehind(statement);
    const risky = built ? riskyPieces(built) : [];
    if (!built || risky.length === 0 || !isSqlStatement(built.literal, true)) return undefined;
    return {
      node,
      title: `SQL is put together from ${namePieces(risky)}`,
      why: 'Whoever controls the value can change the statement. Pass it as a parameter (`execute(sql, (value,))`) instead of writing it into the text.',
      severity: 'blocker',
      confidence: 0.9,
    };
  },
};

/** Commands for a shell that are put together from text and values. */
export const shellInjection: Rule = {
  id: 'shell-injection',
  category: 'security',
  nodes: ['call'],
  check(node) {
    const call = callOf(node);
    const command = call?.args[0] ?? call?.keywords.get('args');
    if (!call || !command || !runsShell(call)) return undefined;
    const built = builtStringBehind(command);
    const risky = built ? riskyPieces(built) : /\b(?:input\(|sys\.argv|request\.)/.test(command.text) ? [command] : [];
    if (risky.length === 0) return undefined;
    return {
      node,
      title: `A shell command is put together from ${namePieces(risky)}`,
      why: 'A value with `;`, `$( )` or a quote in it runs commands of its own. Pass a list of arguments to `subprocess.run` without `shell=True`.',
      severity: 'blocker',
      confidence: 0.9,
    };
  },
};

function runsShell(call: Call): boolean {
  if (/^(?:os\.(?:system|popen)|commands\.getoutput|subprocess\.(?:getoutput|getstatusoutput))$/.test(call.callee))
    return true;
  return (
    /^(?:subprocess\.)?(?:run|call|Popen|check_call|check_output)$/.test(call.callee) &&
    call.keywords.get('shell')?.text === 'True'
  );
}

/** `eval`, `exec` and `compile` of text that is not fixed. */
export const codeEvaluation: Rule = {
  id: 'code-evaluation',
  category: 'security',
  nodes: ['call'],
  check(node) {
    const call = callOf(node);
    const code = call?.args[0];
    if (
      !call ||
      !code ||
      !/^(?:builtins\.)?(?:eval|exec)$/.test(call.callee) ||
      stringValue(code) !== undefined ||
      /^compile\(/.test(code.text)
    )
      return undefined;
    return {
      node,
      title: `\`${call.method}\` runs text as code`,
      why: 'Whoever controls the text controls the program. Use `ast.literal_eval` or `json.loads` for data, a table of functions for choices.',
      severity: 'blocker',
      confidence: 0.85,
    };
  },
};

/** Formats that can carry code: pickle and its relatives, YAML with every tag, NumPy with objects. */
export const unsafeDeserialisation: Rule = {
  id: 'unsafe-deserialisation',
  category: 'security',
  nodes: ['call'],
  notInTests: true,
  check(node) {
    const call = callOf(node);
    const what = call && revives(call);
    if (what === undefined) return undefined;
    return {
      node,
      title: `\`${what}\` can run code that stands in the data`,
      why: what.startsWith('yaml')
        ? 'Use `yaml.safe_load`.'
        : 'Only read what nobody else can have written; otherwise use JSON or another format that carries data only.',
      severity: 'major',
      confidence: what.startsWith('yaml') ? 0.9 : 0.7,
      ...yamlFix(node, call),
    };
  },
};

function revives(call: Call): string | undefined {
  const source = call.args[0];
  if (/^(?:c?[pP]ickle|dill|cloudpickle|marshal)\.loads?$/.test(call.callee)) {
    return source && /\.dumps?\(/.test(source.text) ? undefined : call.callee;
  }
  if (call.callee === 'jsonpickle.decode') return call.callee;
  if (/^(?:np|numpy)\.load$/.test(call.callee))
    return call.keywords.get('allow_pickle')?.text === 'True' ? call.callee : undefined;
  if (/^yaml\.(?:unsafe_load|unsafe_load_all)$/.test(call.callee)) return call.callee;
  if (!/^yaml\.load(?:_all)?$/.test(call.callee)) return undefined;
  const loader = call.keywords.get('Loader')?.text ?? call.args[1]?.text ?? '';
  return /SafeLoader|BaseLoader/.test(loader) ? undefined : call.callee;
}

/** `yaml.load(x)` with one argument becomes `yaml.safe_load(x)`. */
function yamlFix(node: SyntaxNode, call: Call | undefined): Pick<RuleReport, 'replace'> {
  const target = node.field('function');
  if (!call || !target || call.callee !== 'yaml.load' || call.args.length !== 1 || call.keywords.size > 0) return {};
  return { replace: { node: target, with: 'yaml.safe_load' } };
}

/** MD5 and SHA-1 where names say that secrets are hashed. */
export const weakHash: Rule = {
  id: 'weak-hash',
  category: 'security',
  nodes: ['call'],
  notInTests: true,
  check(node) {
    const call = callOf(node);
    const direct = call && /^(?:hashlib\.)?(md5|sha1)$/.exec(call.callee)?.[1];
    const named =
      call?.callee === 'hashlib.new' && call.args[0]
        ? /^(?:md5|sha-?1)$/i.exec(stringValue(call.args[0]) ?? '')?.[0]
        : undefined;
    const algorithm = direct ?? named;
    if (!call || algorithm === undefined || call.keywords.get('usedforsecurity')?.text === 'False') return undefined;
    const fn = node.enclosing(FUNCTIONS);
    const statement = node.enclosing(
      new Set(['expression_statement', 'return_statement', 'assignment', 'if_statement']),
    );
    if (!isSecurityContext(`${(fn && functionName(fn)) ?? ''} ${statement?.text.slice(0, 400) ?? node.text}`))
      return undefined;
    return {
      node,
      title: `${algorithm.toUpperCase()} is too weak to protect secrets`,
      why: 'It is fast to try out and no longer free of collisions. For passwords use `hashlib.scrypt` or argon2 with a salt of their own, for signatures `hmac` with SHA-256.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

const TLS_REPORT = {
  title: 'TLS certificates are not checked',
  why: 'Anybody on the way can read and change the traffic. Trust the one certificate that is needed (`verify="ca.pem"`), and leave the check on.',
  severity: 'major',
  confidence: 0.9,
} as const;

/** Certificates that are not checked. */
export const tlsDisabled: Rule = {
  id: 'tls-disabled',
  category: 'security',
  nodes: ['call', 'assignment'],
  notInTests: true,
  check(node) {
    if (node.type === 'assignment') {
      const [left, right] = [node.field('left')?.text ?? '', node.field('right')?.text ?? ''];
      const off =
        (/^(?!self\.).*\.verify_mode$/.test(left) && /\bCERT_NONE$/.test(right)) ||
        (/^(?!self\.).*\.check_hostname$/.test(left) && right === 'False') ||
        right === 'ssl._create_unverified_context';
      return off ? { node, ...TLS_REPORT } : undefined;
    }
    const call = callOf(node);
    if (!call) return undefined;
    const isRequest =
      /(?:^|\.)(?:get|post|put|patch|delete|head|options|request|stream|Session|Client|AsyncClient)$/.test(call.callee);
    const isOff =
      (isRequest && call.keywords.get('verify')?.text === 'False') || call.callee === 'ssl._create_unverified_context';
    return isOff ? { node, ...TLS_REPORT } : undefined;
  },
};

/** A password or key as a literal under a name that says so. */
export const hardCodedSecret: Rule = {
  id: 'hard-coded-secret',
  category: 'security',
  nodes: ['assignment', 'keyword_argument', 'pair'],
  notInTests: true,
  check(node) {
    const name =
      (node.field('left') ?? node.field('name') ?? node.field('key'))?.text.replace(/^['"]|['"]$/g, '') ?? '';
    const literal = node.field('right') ?? node.field('value');
    const value = literal && stringValue(literal);
    return value === undefined ? undefined : secretReport(node, name, value);
  },
};

/** The `random` module for values that nobody may guess. */
export const insecureRandom: Rule = {
  id: 'insecure-random',
  category: 'security',
  nodes: ['assignment'],
  notInTests: true,
  check(node) {
    const name = node.field('left')?.text ?? '';
    const usesRandom = /(?<![\w.])random\.(?:choice|choices|randint|random|sample|getrandbits|randrange)\(/.test(
      node.field('right')?.text ?? '',
    );
    if (
      !usesRandom ||
      !/token|secret|nonce|otp|session_?id|password|csrf|salt/i.test(name) ||
      /count|limit|max|min|length|price/i.test(name)
    )
      return undefined;
    return {
      node,
      title: `\`${name}\` comes from the random module, which can be predicted`,
      why: 'Who sees a few values can compute the next. Use the `secrets` module.',
      severity: 'major',
      confidence: 0.8,
    };
  },
};
