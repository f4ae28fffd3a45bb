// Keeps secrets out of whatever is kept: known values wherever they turn up, and whatever looks like a secret.
import type { Redact } from './redaction';

/** Shorter values are too common in ordinary text to be masked wherever they stand. */
const MIN_SECRET_LENGTH = 8;
const MAX_SECRETS = 200;

export interface Redactor {
  /** Bound, so that it can be handed on. */
  readonly redact: Redact;
  /** From now on `secret` is masked; an empty or very short one is not. */
  readonly learn: (secret: string | undefined) => void;
}

/** Creates a redactor over `maskByFormat`, which masks what looks like a secret. Learned values live in memory only. */
export function createRedactor(maskByFormat: Redact): Redactor {
  const secrets = new Set<string>();
  return {
    learn: (secret) => {
      if (secret !== undefined && secret.length >= MIN_SECRET_LENGTH && secrets.size < MAX_SECRETS) secrets.add(secret);
    },
    redact: (text) => {
      let masked = text;
      for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, () => '[masked]');
      return maskByFormat(masked);
    },
  };
}
