// What core uses of @noble/hashes, by Node's own hashing: the build puts it in its place, so that start-up loads nothing for it.
import { createHash } from 'node:crypto';

export function sha256(message: Uint8Array): Uint8Array {
  return createHash('sha256').update(message).digest();
}

export function bytesToHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function utf8ToBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
