// What a person has dismissed does not come back: findings are known again by their code, not by the words that somebody found for them.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Finding } from '../../api';

/** The same for findings about the same code of one file in the same category, whoever reports them and wherever the lines went. */
export function fingerprintOf({ path, category, evidence, title }: Finding): string {
  const about = evidence === '' ? title.toLowerCase() : evidence;
  return bytesToHex(sha256(utf8ToBytes([path, category, about.replace(/\s+/g, ' ').trim()].join('\n')))).slice(0, 16);
}
