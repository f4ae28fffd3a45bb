// Rules, instructions, prompts and chat modes: Markdown with a header or without one.
import type { ImportedAgent, ImportedHandoff, ImportedSection, ImportItem, ImportNote } from './importItem';
import { firstSentence, oneLine } from './convertRoo';
import { sourceName, type ImportSource, type SourceKind } from './importSource';
import { importTools } from './importTools';
import { readLooseHeader, textOf, textsOf, type LooseHeader } from './looseHeader';

/** What a file of this kind gives; undefined where there is no text in it. */
export function convertMarkdown({ path, text }: ImportSource, kind: SourceKind): ImportItem | undefined {
  const header = readLooseHeader(text);
  if (header.body === '') return undefined;
  return kind === 'prompt' || kind === 'chatMode' ? agentOf(path, header, kind) : sectionOf(path, header, kind);
}

const TITLES: Readonly<Partial<Record<SourceKind, string>>> = {
  clineRules: 'Rules',
  cursorRules: 'Rules',
  copilotInstructions: 'Instructions',
};

function sectionOf(source: string, { values, body }: LooseHeader, kind: SourceKind): ImportedSection {
  const isWhole = source === '.clinerules' || source === '.cursorrules' || kind === 'copilotInstructions';
  const title = isWhole ? (TITLES[kind] ?? 'Rules') : oneLine(sourceName(source).replace(/[-_]+/g, ' '));
  const scope = [
    ...new Set([...textsOf(values.get('globs')), ...textsOf(values.get('applyTo')), ...textsOf(values.get('paths'))]),
  ].filter((glob) => !/^(?:\*\*?|\*\*\/\*(?:\.\*)?)$/.test(glob));
  const description = textOf(values.get('description'));
  const isByHand =
    kind === 'cursorRule' &&
    values.get('alwaysApply') !== true &&
    description === undefined &&
    scope.length === 0 &&
    values.size > 0;
  const notes: ImportNote[] = [];
  if (scope.length > 0) notes.push({ reason: 'scope.as_text', values: scope });
  if (isByHand) notes.push({ reason: 'applied.by_hand', values: [] });
  const isOnDemand = kind === 'cursorRule' && description !== undefined && values.get('alwaysApply') !== true;
  const when = isOnDemand ? `When it is about this: ${oneLine(description)}\n\n` : '';
  // Cursor's links to files of the project.
  const text = body.replace(/\]\(mdc:/g, '](');
  return { kind: 'section', source, title: capital(title), body: when + text, scope, notes };
}

function agentOf(source: string, { values, body }: LooseHeader, kind: 'prompt' | 'chatMode'): ImportedAgent {
  const named = textOf(values.get('name'));
  const name = oneLine(named ?? sourceName(source));
  const mode = textOf(values.get('agent')) ?? textOf(values.get('mode'));
  const listed = values.has('tools') ? importTools(textsOf(values.get('tools'))) : undefined;
  const tools = listed?.tools ?? (kind === 'prompt' ? toolsOfMode(mode) : undefined);
  const model = textsOf(values.get('model'));
  const variables = [...new Set([...body.matchAll(/\$\{[^}\s]{1,80}\}|#file:[^\s`)]+/g)].map(([found]) => found))];
  const handoffs = handoffsOf(values.get('handoffs'));
  return {
    kind: 'agent',
    source,
    name,
    description: oneLine(textOf(values.get('description')) ?? (firstSentence(body.replace(/^#+\s*/, '')) || name)),
    prompt: body,
    ...(tools && { tools }),
    ...(handoffs.length > 0 && { handoffs }),
    notes: [
      ...(listed?.notes ?? []),
      ...(model.length > 0 ? [{ reason: 'model.left_out', values: model } as const] : []),
      ...(variables.length > 0 ? [{ reason: 'variables.as_text', values: variables.slice(0, 5) } as const] : []),
    ],
  };
}

/** What a prompt may do in the mode that it names. */
function toolsOfMode(mode: string | undefined): string[] | undefined {
  if (mode === 'ask') return ['read', 'search'];
  return mode === 'edit' ? ['read', 'search', 'edit'] : undefined;
}

function handoffsOf(value: unknown): ImportedHandoff[] {
  return (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const fields: ReadonlyMap<string, unknown> =
      typeof entry === 'object' && entry !== null ? new Map(Object.entries(entry)) : new Map();
    const agent = textOf(fields.get('agent'));
    const label = textOf(fields.get('label'));
    const prompt = textOf(fields.get('prompt'));
    return agent === undefined || label === undefined ? [] : { agent, label, ...(prompt !== undefined && { prompt }) };
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
