// Uris of entries of shared memory as documents: agent-team-memory:/workspace/build command.md
import * as vscode from 'vscode';
import type { MemoryScope } from '../../api';

export const MEMORY_SCHEME = 'agent-team-memory';

export interface MemoryPlace {
  scope: MemoryScope;
  key: string;
}

/** How the document shows a value: texts as they are, everything else as JSON. */
export type MemoryForm = 'md' | 'json';

const PATH = /^\/(workspace|run|thread)\/(?:([^/]+)\/)?([^/]+)\.(md|json)$/;

/** The tab is called like the key. */
export function memoryUri({ scope, key }: MemoryPlace, form: MemoryForm): vscode.Uri {
  const [kind, id] = segmentsOf(scope);
  const folder = id === undefined ? kind : `${kind}/${escape(id)}`;
  return vscode.Uri.from({ scheme: MEMORY_SCHEME, path: `/${folder}/${escape(key)}.${form}` });
}

/** The entry behind a document; undefined for a uri that is none of ours. */
export function parseMemoryUri(uri: vscode.Uri): (MemoryPlace & { form: MemoryForm }) | undefined {
  const [, kind, id, key, form] = (uri.scheme === MEMORY_SCHEME && PATH.exec(uri.path)) || [];
  if (key === undefined || (form !== 'md' && form !== 'json')) return undefined;
  const place = { key: unescape(key), form } as const;
  if (kind === 'workspace') return id === undefined ? { scope: 'workspace', ...place } : undefined;
  if (id === undefined) return undefined;
  return kind === 'run'
    ? { scope: { runId: unescape(id) }, ...place }
    : { scope: { threadId: unescape(id) }, ...place };
}

function segmentsOf(scope: MemoryScope): [kind: string, id?: string] {
  if (scope === 'workspace') return [scope];
  return 'runId' in scope ? ['run', scope.runId] : ['thread', scope.threadId];
}

/** Of what may stand in a path nothing is touched, so that people can read it. */
function escape(name: string): string {
  const escaped = name.replace(/[%/\\\p{Cc}]/gu, (char) => encodeURIComponent(char));
  // Dots alone would be a folder above.
  return /^\.+$/.test(escaped) ? escaped.replaceAll('.', '%2E') : escaped;
}

function unescape(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Somebody typed it; there is no such entry.
    return name;
  }
}
