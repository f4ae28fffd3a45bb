// Stands in for @noble/hashes in what is built for Node (see esbuild.js): the same functions as far as core uses them, from Node itself.
import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
export const bytesToHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const utf8ToBytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
