// Anchors what reviewers said in the files that they said it about; a file that was not under review is read for it.
import type { FindingDraft } from '../analysis/rule';
import { isFailure } from '../failure';
import type { WorkspacePorts } from '../workspace/workspacePorts';
import { anchorFinding } from './anchorFinding';

export interface PlacedFindings {
  findings: FindingDraft[];
  /** Findings about code that is not there. */
  dropped: number;
}

/** `known`: texts of the reviewed files by their paths. */
export async function placeFindings(
  drafts: readonly FindingDraft[],
  {
    known,
    ports,
    signal,
  }: { known: ReadonlyMap<string, string>; ports: Pick<WorkspacePorts, 'workspace'>; signal: AbortSignal },
): Promise<PlacedFindings> {
  const texts = new Map<string, { path: string; text: string } | undefined>();
  for (const [path, text] of known) texts.set(path, { path, text });
  const findings: FindingDraft[] = [];
  let dropped = 0;
  for (const draft of drafts) {
    const file = await textOf(draft.path);
    const anchored =
      file && anchorFinding({ ...draft, path: file.path }, { text: file.text, lines: file.text.split(/\r?\n/) });
    if (anchored?.kind === 'placed') findings.push(anchored.finding);
    else dropped += 1;
  }
  return { findings, dropped };

  async function textOf(named: string) {
    if (texts.has(named)) return texts.get(named);
    const path = named.replace(/^\.\//, '');
    const reviewed = [...known.keys()].filter((other) => other === path || other.endsWith(`/${path}`));
    const [only] = reviewed;
    const found = reviewed.length === 1 && only !== undefined ? texts.get(only) : await read(path);
    texts.set(named, found);
    return found;
  }

  async function read(path: string) {
    const location = await ports.workspace.locate(path, signal);
    if (isFailure(location)) return undefined;
    const snapshot = await ports.workspace.read(location, signal);
    return isFailure(snapshot) ? undefined : { path: snapshot.path, text: snapshot.text };
  }
}
