// What a drop or a paste brings: files of the workspace as URIs, pictures as data.

/** Reads a transfer's own formats first (VS Code's explorer and tabs), then the general one. Each URI once. */
export function droppedUris(read: (format: string) => string): string[] {
  const lists = [
    lines(read('application/vnd.code.uri-list')),
    jsonList(read('resourceurls')),
    jsonList(read('codefiles')).map(asFileUri),
    lines(read('text/uri-list')),
  ];
  const found = lists.find((list) => list.length > 0) ?? [];
  return [...new Set(found)];
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#') && /^[a-z][a-z0-9+.-]*:/i.test(line));
}

function jsonList(text: string): string[] {
  if (!text) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((entry): entry is string => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}

function asFileUri(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  return `file://${slashes.startsWith('/') ? '' : '/'}${slashes.split('/').map(encodeURIComponent).join('/')}`;
}

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

export function isImageType(type: string): type is ImageType {
  return (IMAGE_TYPES as readonly string[]).includes(type);
}
