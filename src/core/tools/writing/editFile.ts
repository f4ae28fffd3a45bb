// edit_file: exact search and replace, several per call, all of them or none.
import * as z from 'zod';
import { editText } from '../../changes/editText';
import { failure, isFailure } from '../../failure';
import { defineTool } from '../defineTool';
import type { Tool } from '../tool';
import { proposeCall } from './proposeCall';
import { readTarget, writeIntent } from './target';
import type { WritingPorts } from './writingPorts';

const input = z.object({
  path: z.string().describe('Path relative to the workspace.'),
  edits: z
    .array(
      z.object({
        oldText: z.string().describe('The text as it stands in the file, with enough around it to be unique.'),
        newText: z.string().describe('What is to stand there instead, taken literally.'),
      }),
    )
    .min(1)
    .max(200),
});

export function createEditFile(ports: WritingPorts): Tool {
  return defineTool({
    name: 'edit_file',
    description:
      'Replaces texts in a file, all of them or none. Every oldText must be in the file exactly once (differences in white space at line ends and in indentation are tolerated) and refers to the file as it is before the call. Line endings are kept. For an empty file give an empty oldText. In a notebook, edit the code of cells as read_file shows it.',
    input,
    effect: 'write',
    aliases: { file: 'path', filepath: 'path', replacements: 'edits', changes: 'edits' },
    title: ({ path, edits }) => (edits.length === 1 ? path : `${path} (${edits.length} edits)`),
    intents: async ({ path }, context) => writeIntent(ports, context, { path, action: 'modify' }),
    run: ({ path, edits }, context) =>
      proposeCall(ports, context, async () => {
        const file = await readTarget(ports, context, path);
        if (isFailure(file)) return file;
        const edited = editText(file.text, edits);
        if (!edited.ok) return failure(edited.reason, `${file.path}: ${edited.problem}`);
        const isLoose = edited.qualities.some((quality) => quality !== 'exact');
        const { uri, path: known, text: seenText } = file;
        const change = { kind: 'modify' as const, location: { uri, path: known }, text: edited.text, seenText };
        const note = 'The text was found only with other white space, and adapted to the file: check the lines.';
        return [{ change, ...(isLoose && { note }) }];
      }),
  });
}
