// A fingerprint of a text, so that the same text has the same version whether an editor holds it or not.

/** Two 32-bit FNV-1a lanes and the length. Tells changes apart; no protection against someone who wants a collision. */
export function textVersion(text: string): string {
  let forward = 0x811c9dc5;
  let mixed = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    forward = Math.imul(forward ^ code, 0x01000193);
    mixed = Math.imul(mixed ^ (code + index), 0x85ebca6b);
  }
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return `${text.length.toString(16)}-${hex(forward)}${hex(mixed)}`;
}
