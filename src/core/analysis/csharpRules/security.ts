import type { Rule } from '../rule';
import * as shared from '../shared/securityRules';
import { csharp } from './spelling';

const QUERIES =
  /^(?:\w*Command|SqlDataAdapter|FromSqlRaw|ExecuteSqlRaw|ExecuteSqlRawAsync|SqlQueryRaw|ExecuteSqlCommand|Query|QueryAsync|QueryFirst\w*|QuerySingle\w*|QueryMultiple\w*|Execute|ExecuteAsync|ExecuteScalar|ExecuteScalarAsync|ExecuteReader|ExecuteReaderAsync|CreateSQLQuery|CreateQuery)$/;

export const sqlInjection = shared.sqlInjectionRule(csharp, {
  nodes: [...csharp.calls, 'assignment_expression'],
  remedy: 'Use a parameter (`@name`, `cmd.Parameters.Add`) instead of writing the value into the text.',
  statementsOf: (node) => {
    if (node.type === 'assignment_expression') {
      const right = node.field('right');
      return right && /(?:^|\.)CommandText$/.test(node.field('left')?.text ?? '') ? [right] : [];
    }
    const call = csharp.callOf(node);
    return call && QUERIES.test(call.method) ? call.args : [];
  },
});

export const shellInjection = shared.shellInjectionRule(csharp, {
  nodes: [...csharp.calls, 'assignment_expression'],
  remedy: 'Start the program itself, and give it each argument through `ArgumentList`.',
  commandOf: (node) => {
    if (node.type === 'assignment_expression') {
      const right = node.field('right');
      const isArguments = /(?:^|\.)Arguments$/.test(node.field('left')?.text ?? '');
      return isArguments && right && /^\$?@?"(?:\/[cC]|-c|-Command) /.test(right.text) ? right : undefined;
    }
    const call = csharp.callOf(node);
    if (!call || !/^(?:(?:System\.Diagnostics\.)?Process\.Start|ProcessStartInfo)$/.test(call.callee)) return undefined;
    const [program, given] = call.args;
    return /^@?"(?:[^"]*[\\/])?(?:cmd|powershell|pwsh|bash|sh)(?:\.exe)?"$/i.test(program?.text ?? '')
      ? given
      : undefined;
  },
});

const DIGESTS = /^(?:[\w.]*\.)?(MD5|SHA1)(?:\.(?:Create|HashData)|CryptoServiceProvider|Managed|Cng)$/;

export const weakHash = shared.weakHashRule(csharp, {
  remedy: 'For passwords use `Rfc2898DeriveBytes.Pbkdf2` with SHA-256, for signatures `HMACSHA256`.',
  algorithmOf: (node) => DIGESTS.exec(csharp.callOf(node)?.callee ?? '')?.[1],
});

export const weakCipher = shared.weakCipherRule(csharp, {
  nodes: [...csharp.calls, 'assignment_expression'],
  remedy: 'Use `AesGcm`.',
  cipherOf: (node) => {
    if (node.type === 'assignment_expression') return /^CipherMode\.ECB$/.exec(node.field('right')?.text ?? '')?.[0];
    const callee = csharp.callOf(node)?.callee ?? '';
    return /^(?:[\w.]*\.)?((?:DES|TripleDES|RC2)(?:\.Create|CryptoServiceProvider))$/.exec(callee)?.[1];
  },
});

export const insecureRandom = shared.insecureRandomRule(csharp, {
  remedy: 'Use `RandomNumberGenerator`.',
  isRandom: (node) => {
    const callee = csharp.callOf(node)?.callee ?? '';
    return callee === 'Random' || /^Random\.Shared\.\w+$/.test(callee);
  },
});

export const tlsDisabled = shared.tlsDisabledRule({
  nodes: ['assignment_expression'],
  remedy: 'Remove the callback, or compare the certificate with the one that is expected.',
  isOff: (node) => {
    const isCallback =
      /(?:ServerCertificateCustomValidationCallback|ServerCertificateValidationCallback|RemoteCertificateValidationCallback)$/.test(
        node.field('left')?.text ?? '',
      );
    const right = node.field('right')?.text.replace(/\s+/g, ' ') ?? '';
    return (
      isCallback &&
      /(?:=> (?:true$|\{ return true; \}$)|^delegate ?(?:\([^)]*\) ?)?\{ return true; \}$|DangerousAcceptAnyServerCertificateValidator$)/.test(
        right,
      )
    );
  },
});

export const unsafeDeserialisation: Rule = {
  id: 'unsafe-deserialisation',
  category: 'security',
  nodes: ['object_creation_expression', 'assignment_expression'],
  notInTests: true,
  check(node) {
    const type = csharp.callOf(node)?.method ?? '';
    const isReader =
      /^(?:BinaryFormatter|NetDataContractSerializer|LosFormatter|SoapFormatter|ObjectStateFormatter)$/.test(type);
    const handling = node.type === 'assignment_expression' && /TypeNameHandling$/.test(node.field('left')?.text ?? '');
    const isTyped = handling && /^TypeNameHandling\.(?:All|Auto|Objects|Arrays)$/.test(node.field('right')?.text ?? '');
    if (!isReader && !isTyped) return undefined;
    return {
      node,
      title: `\`${isReader ? type : (node.field('right')?.text ?? '')}\` can make objects of any type that stands in the data`,
      why: 'Data from elsewhere can run code while it is read. Use `System.Text.Json` with known types.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

export const hardCodedSecret = shared.hardCodedSecretRule(csharp);
