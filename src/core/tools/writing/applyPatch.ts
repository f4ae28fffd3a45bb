// apply_patch: a unified diff or the `*** Begin Patch` form, over several files, all of it or nothing.
import * as z from 'zod';
import { parsePatch, type FilePatch } from '../../changes/patchFormat';
import { patchText } from '../../changes/patchText';
import { failure, isFailure, type Failure } from '../../failure';
import { defineTool } from '../defineTool';
import type { Tool, ToolContext, ToolIntent } from '../tool';
import { proposeCall, type PlannedChange } from './proposeCall';
import { freePlace, readTarget, writeIntent } from './target';
import type { WritingPorts } from './writingPorts';

const MAX_FILES = 200;

export function createApplyPatch(ports: WritingPorts): Tool {
  return defineTool({
    name: 'apply_patch',
    description:
      'Applies a patch to one or several files, all of it or nothing: a unified diff (---, +++, @@), or the form "*** Begin Patch" with "*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ". Each hunk must fit at one place; line numbers may be wrong.',
    input: z.object({ patch: z.string().min(1) }),
    effect: 'write',
    aliases: { diff: 'patch', input: 'patch', text: 'patch' },
    title: ({ patch }) => titleOf(patch),
    intents: async ({ patch }, context) => intentsOf(ports, context, patch),
    run: ({ patch }, context) =>
      proposeCall(ports, context, async () => {
        const parsed = parsePatch(patch);
        if (!parsed.ok) return failure('edit.invalid_patch', parsed.problem);
        const fault = findPatchFault(parsed.files);
        if (fault) return fault;
        const planned: PlannedChange[] = [];
        for (const file of parsed.files) {
          const change = await planFile(ports, context, file);
          if (isFailure(change)) return change;
          planned.push(change);
        }
        return planned;
      }),
  });
}

function findPatchFault(files: readonly FilePatch[]): Failure | undefined {
  if (files.length > MAX_FILES) return failure('edit.invalid_patch', `The patch has more than ${MAX_FILES} files.`);
  const paths = files.flatMap((file) => [file.path, ...(file.kind === 'modify' && file.moveTo ? [file.moveTo] : [])]);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  return twice === undefined
    ? undefined
    : failure(
        'edit.overlap',
        `"${twice}" stands in the patch twice. Nothing was changed: join its hunks under one header.`,
      );
}

async function planFile(ports: WritingPorts, context: ToolContext, file: FilePatch): Promise<PlannedChange | Failure> {
  if (file.kind === 'create') {
    const location = await freePlace(ports, context, file.path);
    return isFailure(location) ? location : { change: { kind: 'create', location, text: file.content } };
  }
  const target = await readTarget(ports, context, file.path);
  if (isFailure(target)) return target;
  const { uri, path, text: seenText } = target;
  if (file.kind === 'delete') return { change: { kind: 'delete', location: { uri, path }, seenText } };
  const patched = patchText(seenText, file.hunks);
  if (!patched.ok) return failure(patched.reason, `${path}: ${patched.problem}`);
  const { text } = patched;
  if (file.moveTo !== undefined) {
    const location = await freePlace(ports, context, file.moveTo);
    if (isFailure(location)) return location;
    return { change: { kind: 'rename', from: { uri, path }, location, text, seenText } };
  }
  if (text === seenText) return failure('edit.no_change', `The patch changes nothing in ${path}.`);
  return { change: { kind: 'modify', location: { uri, path }, text, seenText } };
}

async function intentsOf(ports: WritingPorts, context: ToolContext, patch: string): Promise<ToolIntent[]> {
  const parsed = parsePatch(patch);
  if (!parsed.ok) return [];
  const intents: ToolIntent[] = [];
  for (const file of parsed.files) {
    const { path } = file;
    const moveTo = file.kind === 'modify' ? file.moveTo : undefined;
    const action = moveTo === undefined ? file.kind : 'rename';
    intents.push(...(await writeIntent(ports, context, { path, action })));
    if (moveTo !== undefined) intents.push(...(await writeIntent(ports, context, { path: moveTo, action: 'create' })));
  }
  return intents;
}

function titleOf(patch: string): string {
  const parsed = parsePatch(patch);
  if (!parsed.ok) return '';
  const [first, ...rest] = parsed.files.map((file) => file.path);
  return rest.length === 0 ? (first ?? '') : `${first ?? ''} and ${rest.length} more`;
}
