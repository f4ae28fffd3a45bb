import type { Rule } from '../rule';
import * as shared from '../shared/securityRules';
import { codeIn } from '../shared/spelling';
import { java } from './spelling';

const QUERIES =
  /^(?:executeQuery|executeUpdate|executeLargeUpdate|execute|prepareStatement|prepareCall|nativeSQL|addBatch|createQuery|createNativeQuery|createSQLQuery|queryForObject|queryForList|queryForMap|queryForRowSet|query|update|batchUpdate)$/;

export const sqlInjection = shared.sqlInjectionRule(java, {
  nodes: ['method_invocation'],
  remedy: 'Use a `PreparedStatement` with `?`, and set the value.',
  statementsOf: (node) => {
    const call = java.callOf(node);
    return call?.receiver !== undefined && QUERIES.test(call.method) ? call.args.slice(0, 1) : [];
  },
});

export const shellInjection = shared.shellInjectionRule(java, {
  remedy: 'Give `ProcessBuilder` the program and each argument as a string of its own, without a shell.',
  commandOf: (node) => {
    const call = java.callOf(node);
    if (!call) return undefined;
    if (call.method === 'exec' && /(?:getRuntime\(\)|[rR]untime|rt)$/.test(call.receiver ?? '')) return call.args[0];
    const isBuilder = call.callee === 'ProcessBuilder' || /ProcessBuilder.*\.command$/i.test(call.callee);
    const [shell, option, command] = call.args;
    const runsShell =
      /^"(?:\/bin\/)?(?:ba)?sh"$|^"cmd(?:\.exe)?"$/.test(shell?.text ?? '') &&
      /^"(?:-c|\/[cC])"$/.test(option?.text ?? '');
    return isBuilder && runsShell ? command : undefined;
  },
});

export const weakHash = shared.weakHashRule(java, {
  nodes: ['method_invocation'],
  remedy: 'For passwords use `PBKDF2WithHmacSHA256`, bcrypt or argon2, for signatures `HmacSHA256`.',
  algorithmOf: (node) => {
    const call = java.callOf(node);
    if (call?.callee === 'MessageDigest.getInstance')
      return /^"(md5|md2|sha-?1)"$/i.exec(call.args[0]?.text ?? '')?.[1];
    return /^DigestUtils\.(md5|sha1)(?:Hex|DigestAsHex)?$/.exec(call?.callee ?? '')?.[1];
  },
});

export const weakCipher = shared.weakCipherRule(java, {
  nodes: ['method_invocation'],
  remedy: 'Use `AES/GCM/NoPadding` with a new nonce for each message.',
  cipherOf: (node) => {
    const call = java.callOf(node);
    if (call?.callee !== 'Cipher.getInstance') return undefined;
    return /^"((?:DES|DESede|RC2|RC4|ARCFOUR|Blowfish)(?:\/.*)?|\w+\/ECB\/.*|AES)"$/.exec(
      call.args[0]?.text ?? '',
    )?.[1];
  },
});

export const insecureRandom = shared.insecureRandomRule(java, {
  remedy: 'Use `SecureRandom`.',
  isRandom: (node) => {
    const call = java.callOf(node);
    return node.type === 'object_creation_expression'
      ? /^(?:java\.util\.)?Random$/.test(call?.callee ?? '')
      : /^(?:Math\.random|RandomStringUtils\.random\w*)$/.test(call?.callee ?? '');
  },
});

export const unsafeDeserialisation: Rule = {
  id: 'unsafe-deserialisation',
  category: 'security',
  nodes: ['method_invocation', 'object_creation_expression'],
  notInTests: true,
  check(node) {
    const call = java.callOf(node);
    const isRead =
      node.type === 'object_creation_expression' &&
      call?.callee === 'ObjectInputStream' &&
      !/ByteArrayInputStream\(\w+\.toByteArray/.test(node.text);
    const isTyped = /enableDefaultTyping|activateDefaultTyping/.test(call?.method ?? '');
    const isDecoder = call?.callee === 'XMLDecoder';
    if (!isRead && !isTyped && !isDecoder) return undefined;
    const what = call?.method ?? 'ObjectInputStream';
    return {
      node,
      title: `\`${what}\` can make objects of any class that stands in the data`,
      why: 'Data from elsewhere can run code while it is read. Use JSON with known classes, or set an `ObjectInputFilter` that lets only those through.',
      severity: 'major',
      confidence: isRead ? 0.65 : 0.8,
    };
  },
};

const CHECKS = /^(?:checkServerTrusted|checkClientTrusted)$/;

export const tlsDisabled = shared.tlsDisabledRule({
  nodes: ['method_declaration', 'method_invocation'],
  remedy: 'Put the one certificate that is needed into a trust store, and leave the checks on.',
  isOff: (node) => {
    if (node.type === 'method_declaration') {
      const name = node.field('name')?.text ?? '';
      const body = node.field('body');
      if (!body) return false;
      if (CHECKS.test(name)) return name === 'checkServerTrusted' && codeIn(body).length === 0;
      return (
        name === 'verify' &&
        /SSLSession/.test(node.field('parameters')?.text ?? '') &&
        /^\{\s*return true;\s*\}$/.test(body.text)
      );
    }
    const call = java.callOf(node);
    const value = call?.args[0]?.text ?? '';
    return (
      /^(?:setDefaultHostnameVerifier|setHostnameVerifier|hostnameVerifier|setSSLHostnameVerifier)$/.test(
        call?.method ?? '',
      ) && /^\(?\w+\s*,\s*\w+\)?\s*->\s*true$|NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER/.test(value)
    );
  },
});

export const hardCodedSecret = shared.hardCodedSecretRule(java);
