// get_editor_context: what the person has in front of them.
import * as z from 'zod';
import type { EditorContext } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { linesOf } from './symbolText';

const MAX_SELECTION_LENGTH = 8000;
const MAX_TABS = 40;

function activeLines(active: NonNullable<EditorContext['active']>): string[] {
  const dirty = active.isDirty ? ', with unsaved changes' : '';
  const lines = [
    `Active editor: ${active.path} (${active.languageId}${dirty})`,
    `Cursor: line ${active.cursor.line + 1}, column ${active.cursor.character + 1}`,
  ];
  if (active.visible) lines.push(`Visible: lines ${linesOf(active.visible)}`);
  if (active.selection === undefined) return [...lines, 'Selection: none'];
  const { text, range } = active.selection;
  const cut = text.length - MAX_SELECTION_LENGTH;
  const shown =
    cut > 0 ? `${text.slice(0, MAX_SELECTION_LENGTH)}\n[${cut} more characters; read_file shows the lines.]` : text;
  return [...lines, `Selection: lines ${linesOf(range)}`, '<selection>', shown, '</selection>'];
}

/** The context as text, shared with what an ask is sent along with. */
export function renderEditorContext({ active, tabs }: EditorContext): ToolResult {
  const lines = active ? activeLines(active) : ['No editor is active.'];
  if (tabs.length > 0) {
    lines.push(
      'Open tabs:',
      ...tabs.slice(0, MAX_TABS).map((tab) => `  ${tab.path}${tab.isDirty ? ' (unsaved)' : ''}`),
    );
    if (tabs.length > MAX_TABS) lines.push(`  [${tabs.length - MAX_TABS} more]`);
  }
  return { text: lines.join('\n'), ...(active ? { files: [active.path] } : {}) };
}

export function createGetEditorContext(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'get_editor_context',
    description:
      'Says what the person looks at: active editor, cursor, selection with its text, visible lines, open tabs.',
    input: z.object({}),
    effect: 'read',
    run: (_input, context) => Promise.resolve(renderEditorContext(portsOf(context).editor.current())),
  });
}
