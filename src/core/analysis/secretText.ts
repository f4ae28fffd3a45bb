// What looks like a secret in source text, and how it is shown: never itself.
import type { SyntaxNode } from '../syntax';
import type { RuleReport } from './rule';

const SECRET_NAME =
  /(?:password|passwd|passphrase|pwd|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|refresh_?token|client_?secret|credential|bearer)s?$/i;
const PLACEHOLDER =
  /example|sample|change.?me|replace.?me|your[-_ ]|placeholder|dummy|redacted|insert.?here|xxxx|\*\*\*|<[^>]+>|\$\{|\{\{|%\(|%s|process\.env|todo|lorem/i;

/** True for a variable, key or property name that says that its value is a secret (`tillPassword`, `API_KEY`). */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(/[-\s]/g, '_'));
}

/** True for a string that was made to be hard to guess: long enough, mixed, no placeholder, no path, address, sentence or plain word. */
export function looksSecret(value: string): boolean {
  if (value.length < 8 || value.length > 512 || /\s/.test(value) || PLACEHOLDER.test(value)) return false;
  if (/^(?:[a-z]+:\/\/|[./~]|#)/i.test(value) || /^[\w.-]+@[\w.-]+$/.test(value)) return false;
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropy(value) >= 3;
}

/** Shows where a secret is without showing it: at most four characters of it, and its length. */
export function maskSecret(value: string): string {
  const shown = value.length >= 16 ? value.slice(0, 4) : '';
  return `${shown}•••• (${value.length} characters)`;
}

/** Masks quoted secrets under names that say so, in a line that is shown as evidence. */
export function maskSecretsInLine(line: string): string {
  return line.replace(
    /([\w$.-]+)(["']?\s*[:=]>?\s*)(["'`])([^"'`]{8,})\3/g,
    (whole, name: string, between: string, quote: string, value: string) =>
      isSecretName(name) && looksSecret(value) ? `${name}${between}${quote}${maskSecret(value)}${quote}` : whole,
  );
}

/** Shannon entropy in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** A password or key as a literal under a name that says so; undefined for any other name or value. */
export function secretReport(node: SyntaxNode, name: string, value: string): RuleReport | undefined {
  if (!isSecretName(name) || !looksSecret(value)) return undefined;
  return {
    node,
    title: `A secret stands in the code: \`${name.split('.').at(-1) ?? name}\``,
    why: 'Everybody who can read the code or its history has it. Take it from the environment or a secret store, and replace it where it is in use.',
    severity: 'blocker',
    confidence: 0.8,
    evidence: `${name} = "${maskSecret(value)}"`,
  };
}
