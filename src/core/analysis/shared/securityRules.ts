// Rules about attackers that several languages share: each language says where to look, the finding is made here.
import { isSqlStatement, namePieces, riskyPieces } from '../builtString';
import type { Rule } from '../rule';
import { secretReport } from '../secretText';
import { isSecurityContext } from '../securityContext';
import type { SyntaxNode } from '../../syntax';
import { builtText, functionName, type Spelling } from './spelling';

interface Place {
  /** Types of nodes to look at; the language's calls if left out. */
  nodes?: readonly string[];
  /** What to write instead, as a full sentence. */
  remedy: string;
}

/** SQL that is put together from text and values and reaches the database. */
export function sqlInjectionRule(
  spelling: Spelling,
  { nodes, remedy, statementsOf }: Place & { statementsOf: (node: SyntaxNode) => readonly SyntaxNode[] },
): Rule {
  return {
    id: 'sql-injection',
    category: 'security',
    nodes: nodes ?? spelling.calls,
    notInTests: true,
    check(node) {
      for (const statement of statementsOf(node)) {
        const built = builtText(spelling, statement);
        const risky = built ? riskyPieces(built) : [];
        if (!built || risky.length === 0 || !isSqlStatement(built.literal, true)) continue;
        return {
          node: placeOf(node, statement),
          title: `SQL is put together from ${namePieces(risky)}`,
          why: `Whoever controls the value can change the statement. ${remedy}`,
          severity: 'blocker',
          confidence: 0.9,
        };
      }
      return undefined;
    },
  };
}

/** The call, or its argument where that stands on lines of its own. */
function placeOf(call: SyntaxNode, argument: SyntaxNode): SyntaxNode {
  return call.startLine === argument.startLine ? call : argument;
}

/** Commands that are put together from text and values. */
export function shellInjectionRule(
  spelling: Spelling,
  { nodes, remedy, commandOf }: Place & { commandOf: (node: SyntaxNode) => SyntaxNode | undefined },
): Rule {
  return {
    id: 'shell-injection',
    category: 'security',
    nodes: nodes ?? spelling.calls,
    notInTests: true,
    check(node) {
      const command = commandOf(node);
      const built = command && builtText(spelling, command);
      const risky = built ? riskyPieces(built) : [];
      if (!command || risky.length === 0) return undefined;
      return {
        node: placeOf(node, command),
        title: `A command is put together from ${namePieces(risky)}`,
        why: `A value with a blank, \`;\` or \`$( )\` in it runs something else. ${remedy}`,
        severity: 'blocker',
        confidence: 0.85,
      };
    },
  };
}

/** MD5 and SHA-1 where names say that secrets are hashed. `algorithmOf` gives the name of a weak one. */
export function weakHashRule(
  spelling: Spelling,
  { nodes, remedy, algorithmOf }: Place & { algorithmOf: (node: SyntaxNode) => string | undefined },
): Rule {
  return {
    id: 'weak-hash',
    category: 'security',
    nodes: nodes ?? spelling.calls,
    notInTests: true,
    check(node) {
      const algorithm = algorithmOf(node);
      if (algorithm === undefined || !isSecurityContext(surroundings(spelling, node))) return undefined;
      return {
        node,
        title: `${algorithm.toUpperCase()} is too weak to protect secrets`,
        why: `It is fast to try out and no longer free of collisions. ${remedy}`,
        severity: 'major',
        confidence: 0.8,
      };
    },
  };
}

/** The statement around a node and the name of its function. */
function surroundings(spelling: Spelling, node: SyntaxNode): string {
  let statement = node;
  for (const ancestor of node.ancestors()) {
    if (
      spelling.functions.has(ancestor.type) ||
      /(?:block|statement_list|declaration_list|_body|program|compilation_unit|source_file|compound_statement)$/.test(
        ancestor.type,
      )
    )
      break;
    statement = ancestor;
  }
  return `${functionName(node.enclosing(spelling.functions)) ?? ''} ${statement.text.slice(0, 400)}`;
}

/** Ciphers and modes that are broken, whatever they are used for. */
export function weakCipherRule(
  spelling: Spelling,
  { nodes, remedy, cipherOf }: Place & { cipherOf: (node: SyntaxNode) => string | undefined },
): Rule {
  return {
    id: 'weak-cipher',
    category: 'security',
    nodes: nodes ?? spelling.calls,
    notInTests: true,
    check(node) {
      const cipher = cipherOf(node);
      if (cipher === undefined) return undefined;
      return {
        node,
        title: `\`${cipher}\` does not keep data secret`,
        why: `${/ECB/i.test(cipher) ? 'Equal blocks look equal when they are encrypted, so patterns stay visible.' : 'Its keys are too short or its output too regular to withstand an attack.'} ${remedy}`,
        severity: 'major',
        confidence: 0.85,
      };
    },
  };
}

/** Certificates that are not checked. */
export function tlsDisabledRule({
  nodes,
  remedy,
  isOff,
}: Required<Place> & { isOff: (node: SyntaxNode) => boolean }): Rule {
  return {
    id: 'tls-disabled',
    category: 'security',
    nodes,
    notInTests: true,
    check(node) {
      if (!isOff(node)) return undefined;
      return {
        node,
        title: 'TLS certificates are not checked',
        why: `Anybody on the way can read and change the traffic. ${remedy}`,
        severity: 'major',
        confidence: 0.9,
      };
    },
  };
}

const GUESSED = /token|secret|nonce|otp|session_?id|passw|csrf|salt|reset_?code|api_?key/i;
const NOT_GUESSED = /count|limit|max|min|length|price|index|size/i;

/** Random numbers that can be predicted, for values that nobody may guess. */
export function insecureRandomRule(
  spelling: Spelling,
  { nodes, remedy, isRandom }: Place & { isRandom: (node: SyntaxNode) => boolean },
): Rule {
  return {
    id: 'insecure-random',
    category: 'security',
    nodes: nodes ?? spelling.calls,
    notInTests: true,
    check(node) {
      if (!isRandom(node)) return undefined;
      const name = receivingName(spelling, node);
      if (name === undefined || !GUESSED.test(name) || NOT_GUESSED.test(name)) return undefined;
      return {
        node,
        title: `\`${name}\` comes from random numbers that can be predicted`,
        why: `Who sees a few values can compute the next. ${remedy}`,
        severity: 'major',
        confidence: 0.8,
      };
    },
  };
}

/** Names of variables that say nothing about what is in them. */
const SAYS_NOTHING =
  /^\$?(?:\w|_|rn[dg]|rand(?:om)?|values?|results?|ret|out(?:put)?|buf(?:fer)?|chars?|str(?:ing)?|bytes?|ids?|code)$/i;

/** The variable that an expression goes to; where its name says nothing, the function that it is computed in. */
function receivingName(spelling: Spelling, node: SyntaxNode): string | undefined {
  for (const ancestor of node.ancestors()) {
    if (spelling.functions.has(ancestor.type)) return functionName(ancestor);
    const binding = spelling.bindings.includes(ancestor.type) ? spelling.bindingOf(ancestor) : undefined;
    if (binding && !SAYS_NOTHING.test(binding.name)) return binding.name;
  }
  return undefined;
}

/** A password or key as a literal under a name that says so. */
export function hardCodedSecretRule(spelling: Pick<Spelling, 'bindings' | 'bindingOf' | 'fixedText' | 'unwrap'>): Rule {
  return {
    id: 'hard-coded-secret',
    category: 'security',
    nodes: spelling.bindings,
    notInTests: true,
    check(node) {
      const binding = spelling.bindingOf(node);
      const value = binding && spelling.fixedText(spelling.unwrap(binding.value));
      return binding && value !== undefined ? secretReport(node, binding.name, value) : undefined;
    },
  };
}
