// Findings name lines of the file that agents see; a thread stands in the document that a person sees, which for a notebook is a cell.
import type * as vscode from 'vscode';
import type { Finding } from '../../api';
import { cellAt, placeOfUri } from '../editorTools/notebookPlaces';
import type { PlacedFinding, ReviewThread } from './reviewThreads';

/** The document with the finding's code, and the finding with that document's lines. */
export async function placeOnScreen(
  uri: vscode.Uri,
  finding: Finding,
): Promise<Pick<PlacedFinding, 'uri' | 'finding'>> {
  const cell = await cellAt(uri, finding.startLine - 1);
  return cell ? { uri: cell.uri, finding: moved(finding, -cell.firstLine) } : { uri, finding };
}

/** A thread's findings with the lines of their file as it is now. */
export function inFile({ thread, findings }: ReviewThread): Finding[] {
  const { firstLine } = placeOfUri(thread.uri);
  return firstLine === 0 ? findings : findings.map((finding) => moved(finding, firstLine));
}

function moved(finding: Finding, lines: number): Finding {
  return { ...finding, startLine: finding.startLine + lines, endLine: finding.endLine + lines };
}
