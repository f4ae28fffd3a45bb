// The files of a run as its layers show them, over what the workspace has at this moment.
import { isFailure, type Failure } from '../failure';
import type { FileLocation } from '../workspace/workspace';
import type { ChangeLayer, FileView } from './changeLayer';
import { isPending, type FileState } from './fileState';
import { mergeFile, type FileText } from './mergePresence';

/** The text at a place now: undefined where there is no file. */
export type ReadPresent = (location: FileLocation) => Promise<FileText | Failure>;

/** Every file that the layers change, lowest layer first; later layers see what is below them. */
export async function layeredFiles(layers: readonly ChangeLayer[], read: ReadPresent): Promise<Map<string, FileView>> {
  let files = new Map<string, FileView>();
  for (const layer of layers) {
    const below = files;
    const above = new Map(below);
    const pending = layer.pending();
    for (const { from } of pending) if (from) above.set(from.uri, { location: from, text: undefined, base: undefined });
    for (const state of pending) above.set(state.location.uri, await viewOf(state, below, read));
    files = above;
  }
  return files;
}

/** One file as the layers show it, changed by them or not. */
export async function layeredFile(
  layers: readonly ChangeLayer[],
  location: FileLocation,
  read: ReadPresent,
): Promise<FileView | Failure> {
  const known = (await layeredFiles(layers, read)).get(location.uri);
  const own = layers.at(-1)?.get(location.uri);
  if (known && ((own && isPending(own)) || known.text === undefined)) return known;
  // The top layer has nothing of it: what stands below is what it sees, and its base.
  const text = known ? known.text : await read(location);
  return isFailure(text) ? text : { location, text, base: text };
}

async function viewOf(state: FileState, below: ReadonlyMap<string, FileView>, read: ReadPresent): Promise<FileView> {
  const source = state.from ?? state.location;
  const known = below.get(source.uri);
  const present = known ? known.text : await read(source);
  const from = known?.from ?? state.from;
  const place = { location: state.location, ...(from && { from }) };
  const stale = { ...place, text: state.proposed, base: state.base };
  if (isFailure(present)) return stale;
  const merge = mergeFile({ base: state.base, present, proposed: state.proposed });
  // What can't be brought together is settled when it is accepted; until then the run sees what it wrote.
  return merge.clean ? { ...place, text: merge.text, base: present } : stale;
}
