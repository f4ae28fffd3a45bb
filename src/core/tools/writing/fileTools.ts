// create_file, delete_file, rename_file.
import * as z from 'zod';
import { failure, isFailure } from '../../failure';
import { defineTool } from '../defineTool';
import type { Tool } from '../tool';
import { proposeCall } from './proposeCall';
import { freePlace, readTarget, writeIntent } from './target';
import type { WritingPorts } from './writingPorts';

const pathField = z.string().describe('Path relative to the workspace.');

export function createCreateFile(ports: WritingPorts): Tool {
  return defineTool({
    name: 'create_file',
    description:
      'Creates a file with the given content, and the folders above it. Refused where there is something already: then use edit_file.',
    input: z.object({ path: pathField, content: z.string().describe('The whole text, taken literally.') }),
    effect: 'write',
    aliases: { file: 'path', filepath: 'path', text: 'content', contents: 'content' },
    title: ({ path }) => path,
    intents: async ({ path }, context) => writeIntent(ports, context, { path, action: 'create' }),
    run: ({ path, content }, context) =>
      proposeCall(ports, context, async () => {
        const location = await freePlace(ports, context, path);
        return isFailure(location) ? location : [{ change: { kind: 'create', location, text: content } }];
      }),
  });
}

export function createDeleteFile(ports: WritingPorts): Tool {
  return defineTool({
    name: 'delete_file',
    description: 'Deletes one text file. Folders and binary files are refused.',
    input: z.object({ path: pathField }),
    effect: 'write',
    aliases: { file: 'path', filepath: 'path' },
    title: ({ path }) => path,
    intents: async ({ path }, context) => writeIntent(ports, context, { path, action: 'delete' }),
    run: ({ path }, context) =>
      proposeCall(ports, context, async () => {
        const file = await readTarget(ports, context, path);
        if (isFailure(file)) return file;
        const location = { uri: file.uri, path: file.path };
        return [{ change: { kind: 'delete', location, seenText: file.text } }];
      }),
  });
}

export function createRenameFile(ports: WritingPorts): Tool {
  return defineTool({
    name: 'rename_file',
    description:
      'Renames or moves one text file. References to it in other files are not changed. Refused where there is something at the new place.',
    input: z.object({ from: pathField, to: z.string().describe('The new path, file name included.') }),
    effect: 'write',
    aliases: { path: 'from', source: 'from', oldpath: 'from', newpath: 'to', target: 'to', destination: 'to' },
    title: ({ from, to }) => `${from} to ${to}`,
    intents: async ({ from, to }, context) => [
      ...(await writeIntent(ports, context, { path: from, action: 'rename' })),
      ...(await writeIntent(ports, context, { path: to, action: 'create' })),
    ],
    run: ({ from, to }, context) =>
      proposeCall(ports, context, async () => {
        const file = await readTarget(ports, context, from);
        if (isFailure(file)) return file;
        const location = await freePlace(ports, context, to);
        if (isFailure(location)) return location;
        if (location.uri === file.uri) return failure('edit.no_change', 'Both paths name the same file.');
        const source = { uri: file.uri, path: file.path };
        return [{ change: { kind: 'rename', from: source, location, seenText: file.text } }];
      }),
  });
}
