// What may not be written, whoever proposes it: refused when it is proposed, so that an accept can keep its promise about bytes.
import { failure, isFailure, type Failure } from '../failure';
import { MAX_FILE_BYTES } from '../workspace/fileTree';
import { findNotebookFault } from '../workspace/notebookEdits';
import type { FileLocation, TextSnapshot } from '../workspace/workspace';
import type { FileFacts, FileProbe } from './changeApplier';
import type { ProposedChange } from './changeLayer';

export interface WritePorts {
  probe: FileProbe;
  /** The real file, without pending edits. */
  read(location: FileLocation): Promise<TextSnapshot | Failure>;
  /** True where the run moves or deletes what is at a place. */
  isVacated: (location: FileLocation) => boolean;
}

/** The reason why the change can't be made, if there is one. */
export async function findWriteFault(
  change: ProposedChange,
  ports: WritePorts,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const place = change.kind === 'rename' ? change.from : change.location;
  const facts = await ports.probe.probe(place, signal);
  const { path } = place;
  if (facts.exists === 'directory')
    return failure('file.is_directory', `"${path}" is a folder, and only files can be changed.`);
  if (facts.exists === 'other') return failure('file.unreadable', `"${path}" is neither a file nor a folder.`);
  if (facts.isReadOnly)
    return failure('file.read_only', `"${path}" is read-only. Nothing was changed: only the person can allow it.`);
  if (facts.isDirty && (change.kind === 'delete' || change.kind === 'rename'))
    return failure(
      'edit.unsaved',
      `"${path}" has unsaved changes in an editor, and they must not be lost. Ask the person to save them first.`,
    );
  const text = change.kind === 'delete' ? undefined : change.text;
  return (await textFault(place, { change, facts, text }, ports)) ?? (await targetFault(change, ports, signal));
}

async function textFault(
  place: FileLocation,
  { change, facts, text }: { change: ProposedChange; facts: FileFacts; text: string | undefined },
  ports: WritePorts,
): Promise<Failure | undefined> {
  const { path } = place;
  if (text !== undefined && text.length > MAX_FILE_BYTES)
    return failure('file.too_large', `"${path}" would have more than 5 MB. Write a shorter text.`);
  if (text?.includes('\0'))
    return failure('file.binary', `The text for "${path}" has a NUL character, so it would be no text file.`);
  const isThere = facts.exists === 'file' || facts.isOpen;
  if (!isThere || (text === undefined && change.kind === 'rename')) return undefined;
  const real = await ports.read(place);
  if (!isFailure(real) && real.kind === 'notebook') {
    const fault = text === undefined ? NOTEBOOK_STAYS : findNotebookFault(real.text, text);
    if (fault) return failure(fault.reason, `${path}: ${fault.message}`);
  }
  if (!facts.keepsBytes)
    return failure(
      'edit.encoding',
      `"${path}" has bytes that its encoding (${facts.encoding}) does not explain; writing it would change them. Nothing was changed.`,
    );
  if (text === undefined) return undefined;
  if (facts.isOpen && facts.hasMixedEols)
    return failure(
      'edit.mixed_line_ends',
      `"${path}" is open in an editor and ends its lines in different ways: saving it there would rewrite every line. Ask the person to close it or to settle its line endings.`,
    );
  if (await ports.probe.canEncode(place, text)) return undefined;
  return failure(
    'edit.encoding',
    `"${path}" is encoded as ${facts.encoding}, which lacks a character of the new text. Use characters that it has, or escapes.`,
  );
}

const NOTEBOOK_STAYS = failure(
  'edit.notebook',
  'A notebook is not deleted by a tool, since its outputs could not be brought back. Ask the person to delete it.',
);

/** The new place of a rename must be free on disk too. */
async function targetFault(
  change: ProposedChange,
  { probe, isVacated }: WritePorts,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  if (change.kind !== 'rename' || isVacated(change.location)) return undefined;
  const facts = await probe.probe(change.location, signal);
  const { path } = change.location;
  if (facts.exists === 'nothing' && !facts.isOpen) return undefined;
  return failure('file.exists', `There is something at "${path}" already. Choose another name.`);
}
