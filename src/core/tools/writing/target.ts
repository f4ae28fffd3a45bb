// The file that a writing tool means: one that is there, or a place that is free.
import { failure, isFailure, type Failure } from '../../failure';
import type { FileLocation, TextSnapshot } from '../../workspace/workspace';
import type { ToolContext, ToolIntent } from '../tool';
import type { WritingPorts } from './writingPorts';

/** The file at `path` as the run sees it. */
export async function readTarget(
  { portsOf }: WritingPorts,
  context: ToolContext,
  path: string,
): Promise<TextSnapshot | Failure> {
  const { workspace } = portsOf(context);
  const location = await workspace.locate(path, context.signal);
  return isFailure(location) ? location : workspace.read(location, context.signal);
}

/** The place of a new file; fails with `file.exists` where the run sees something already. */
export async function freePlace(
  { portsOf }: WritingPorts,
  context: ToolContext,
  path: string,
): Promise<FileLocation | Failure> {
  const { workspace } = portsOf(context);
  if (/[/\\]\s*$/.test(path)) return failure('path.invalid', `"${path}" names a folder: give the path of a file.`);
  const known = await workspace.locate(path, context.signal);
  if (!isFailure(known)) {
    return failure(
      'file.exists',
      `"${known.path}" is there already. Nothing was changed: edit it, or choose another path.`,
    );
  }
  return known.reason === 'file.not_found' ? workspace.locateNew(path, context.signal) : known;
}

/** What a policy is told; nothing for a path that can't be written, since the call will be refused anyway. */
export async function writeIntent(
  { portsOf }: WritingPorts,
  context: ToolContext,
  { path, action }: { path: string; action: Extract<ToolIntent, { kind: 'write' }>['action'] },
): Promise<ToolIntent[]> {
  const { workspace } = portsOf(context);
  const location = await workspace.locateNew(path, context.signal);
  return isFailure(location) ? [] : [{ kind: 'write', path: location.path, uri: location.uri, action }];
}
