// What a tool that asks language services adds where a run has pending edits: they know the real files only.
import type { Tool } from '../tool';
import type { ReadingPorts } from './readingPorts';

const MAX_NAMED = 20;

/** The tool with a line about pending edits in each result. */
export function withPendingNote(tool: Tool, portsOf: ReadingPorts): Tool {
  return {
    ...tool,
    async run(input, context) {
      const result = await tool.run(input, context);
      const paths = (await portsOf(context).pendingPaths?.()) ?? [];
      return paths.length === 0 ? result : { ...result, text: `${result.text}\n${noteOn(paths)}` };
    },
  };
}

function noteOn(paths: readonly string[]): string {
  const named = paths.slice(0, MAX_NAMED).join(', ');
  const rest = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  return `[This is about the files as they really are. Pending edits, which it does not know: ${named}${rest}.]`;
}
