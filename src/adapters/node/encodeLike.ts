// The bytes of a text in the encoding that the file had before, as far as the bytes themselves tell it.

const UTF8_BOM = Uint8Array.of(0xef, 0xbb, 0xbf);

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** UTF-8 unless `original` begins with another byte order mark or is no UTF-8; a byte order mark stays. */
export function encodeLike(original: Uint8Array | undefined, text: string): Uint8Array {
  const utf8 = Buffer.from(text, 'utf8');
  if (original === undefined) return utf8;
  const [first, second, third] = original;
  if (first === 0xff && second === 0xfe) return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (first === 0xfe && second === 0xff) return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  if (first === 0xef && second === 0xbb && third === 0xbf) return Buffer.concat([UTF8_BOM, utf8]);
  const fitsLatin1 = /^[\u0000-\u00ff]*$/.test(text);
  return fitsLatin1 && !isUtf8(original) ? Buffer.from(text, 'latin1') : utf8;
}
