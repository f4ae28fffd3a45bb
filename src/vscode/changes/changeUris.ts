// Uris of the read-only documents that diffs of a change set are made of.
import * as vscode from 'vscode';
import * as z from 'zod';
import { isNotebookPath } from '../../core/workspace/notebookFile';

export const CHANGE_SCHEME = 'agent-team-change';

const sideSchema = z.enum(['base', 'proposed', 'conflictBase', 'conflictPresent', 'conflictProposed', 'markers']);
/** `base` and `proposed` are the sides of a proposal; the others belong to a conflict. */
export type ChangeSide = z.infer<typeof sideSchema>;

const querySchema = z.object({ runId: z.string(), side: sideSchema, path: z.string().optional() });

export interface ChangeDocument {
  runId: string;
  /** As in `FileChange.path`. */
  path: string;
  side: ChangeSide;
}

/** Ends like the file that it shows, so that the editor knows the language. */
export function changeUri({ runId, path, side }: ChangeDocument): vscode.Uri {
  // What is shown of a notebook is text: its own editor could not read it.
  const shown = isNotebookPath(path) ? `/${path}.py` : `/${path}`;
  const query = JSON.stringify({ runId, side, ...(shown !== `/${path}` && { path }) });
  return vscode.Uri.from({ scheme: CHANGE_SCHEME, path: shown, query });
}

/** What a document of ours shows; undefined for every other uri. */
export function parseChangeUri(uri: vscode.Uri): ChangeDocument | undefined {
  if (uri.scheme !== CHANGE_SCHEME) return undefined;
  try {
    const parsed = querySchema.safeParse(JSON.parse(uri.query));
    if (!parsed.success) return undefined;
    const { runId, side, path = uri.path.replace(/^\//, '') } = parsed.data;
    return { runId, side, path };
  } catch {
    // A uri that somebody typed; it shows nothing.
    return undefined;
  }
}
