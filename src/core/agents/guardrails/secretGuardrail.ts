// Keeps secrets from leaving the machine in what models read, and from standing in answers.
import type { Guardrail } from './guardrail';

export interface SecretMatch {
  /** Offsets into the text; `end` is exclusive. */
  start: number;
  end: number;
  /** What it looks like, e.g. `GitHub token`. */
  kind: string;
}

/** Finds secrets in a text, quickly; matches may overlap and come in any order. */
export type FindSecrets = (text: string) => SecretMatch[];

/** Formats that nothing but a secret has. Few on purpose: a masked word that is none breaks an edit. */
const FORMATS: readonly { kind: string; pattern: RegExp }[] = [
  {
    kind: 'private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{0,10000}?-----END [A-Z ]*PRIVATE KEY-----/g,
  },
  { kind: 'Anthropic key', pattern: /\bsk-ant-[\w-]{20,}/g },
  { kind: 'OpenAI key', pattern: /\bsk-(?!ant-)(?:proj-|svcacct-|admin-)?[\w-]{20,}/g },
  { kind: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{50,})/g },
  { kind: 'GitLab token', pattern: /\bglpat-[\w-]{20,}/g },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: 'Google API key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'Slack token', pattern: /\bxox[abeprs]-[\w-]{10,}/g },
  { kind: 'Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/g },
  { kind: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,}/g },
];

/** How every format begins. All strings of all events and spans pass here, and hardly any has one. */
const MAY_HOLD_SECRET = /-----BEGIN |sk-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|xox[abeprs]-|k_live_|npm_|hf_/;

/** Finds the common key formats without any library. */
export const findCommonSecrets: FindSecrets = (text) => {
  if (!MAY_HOLD_SECRET.test(text)) return [];
  return FORMATS.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)]
      .filter(({ 0: found }) => !looksLikeWords(found))
      .map((match) => ({ start: match.index, end: match.index + match[0].length, kind })),
  );
};

/** Masks secrets in everything that goes to a model or comes back; says how many, never which. */
export function secretGuardrail(findSecrets: FindSecrets = findCommonSecrets): Guardrail {
  return {
    name: 'secrets',
    stages: ['input', 'tool', 'output'],
    check({ text }) {
      const matches = findSecrets(text);
      if (matches.length === 0) return { action: 'pass' };
      const kinds = [...new Set(matches.map((match) => match.kind))].sort();
      return { action: 'masked', reason: `secrets: ${kinds.join(', ')}`, text: mask(text, matches) };
    },
  };
}

/** `text` without the secrets in it; the same string where there is none. */
export function maskSecrets(text: string, findSecrets: FindSecrets = findCommonSecrets): string {
  const matches = findSecrets(text);
  return matches.length === 0 ? text : mask(text, matches);
}

function mask(text: string, matches: readonly SecretMatch[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end, kind } of [...matches].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    if (start >= at) masked += `${text.slice(at, start)}[masked ${kind}]`;
    at = end;
  }
  return masked + text.slice(at);
}

/** `sk-your-api-key-goes-here` and class names like `sk-cube-grid-animation` are no secrets: those have digits or mixed case. */
function looksLikeWords(text: string): boolean {
  return !text.startsWith('-----') && !/\d/.test(text) && !(/[a-z]/.test(text.slice(8)) && /[A-Z]/.test(text.slice(8)));
}
