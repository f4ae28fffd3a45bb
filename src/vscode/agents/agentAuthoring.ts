// Completion and hover in the header of agent files.
import * as vscode from 'vscode';
import { agentFileCursor, type AgentFileCursor } from '../../core/agents/agentFileCursor';
import { AGENT_KEYS, HANDOFF_KEYS } from '../../core/agents/agentHeader';
import { meaningOf, type ToolChoices } from '../../core/agents/agentFileTools';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import { TOOL_GROUPS } from '../../core/agents/toolGrants';

export interface AgentAuthoringOptions {
  registry: Pick<AgentRegistry, 'list' | 'find'>;
  choices: ToolChoices;
  tools(): readonly { name: string; description: string; source: string }[];
}

const SELECTOR: vscode.DocumentFilter = { pattern: '**/*.agent.md' };

/** Registers both for agent files wherever they are; the caller disposes what is returned. */
export function registerAgentAuthoring(options: AgentAuthoringOptions): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: (document, position) => {
          const cursor = cursorAt(document, position);
          return cursor && completions(cursor, document, options);
        },
      },
      '[',
      ' ',
      "'",
      '"',
    ),
    vscode.languages.registerHoverProvider(SELECTOR, {
      provideHover: (document, position) => {
        const cursor = cursorAt(document, position);
        const text = cursor && cursor.word !== '' ? hoverText(cursor, options) : undefined;
        return cursor && text
          ? new vscode.Hover(new vscode.MarkdownString(text), rangeOf(cursor, document))
          : undefined;
      },
    }),
  );
}

function cursorAt(document: vscode.TextDocument, position: vscode.Position): AgentFileCursor | undefined {
  return agentFileCursor(document.getText(), document.offsetAt(position));
}

function rangeOf({ span }: AgentFileCursor, document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}

interface Proposal {
  label: string;
  kind: vscode.CompletionItemKind;
  detail: string;
  insert?: string;
}

function completions(
  cursor: AgentFileCursor,
  document: vscode.TextDocument,
  options: AgentAuthoringOptions,
): vscode.CompletionItem[] {
  const range = rangeOf(cursor, document);
  return proposals(cursor, options)
    .filter(({ label }) => !cursor.present.includes(label))
    .map(({ label, kind, detail, insert = label }, index) => {
      const item = new vscode.CompletionItem(label, kind);
      item.detail = detail;
      item.insertText = insert;
      item.range = range;
      item.sortText = String(index).padStart(4, '0');
      return item;
    });
}

function proposals({ place }: AgentFileCursor, options: AgentAuthoringOptions): Proposal[] {
  const { Property, Function: Tool, Folder, User, Value } = vscode.CompletionItemKind;
  const key = (label: string): Proposal => ({ label, kind: Property, detail: keyText(label), insert: `${label}: ` });
  switch (place) {
    case 'key':
      return AGENT_KEYS.map(key);
    case 'handoff-key':
      return HANDOFF_KEYS.map(key);
    case 'boolean':
      return ['true', 'false'].map((label) => ({ label, kind: Value, detail: '' }));
    case 'agent':
      return options.registry.list().map(({ name, description }) => ({ label: name, kind: User, detail: description }));
    case 'tool':
      return [
        ...Object.keys(TOOL_GROUPS).map((label) => ({ label, kind: Folder, detail: groupText(label) })),
        ...options
          .tools()
          .map(({ name, description }) => ({ label: name, kind: Tool, detail: firstSentence(description) })),
      ];
  }
}

function hoverText({ place, word }: AgentFileCursor, options: AgentAuthoringOptions): string | undefined {
  switch (place) {
    case 'key':
    case 'handoff-key':
      return keyText(word) || undefined;
    case 'boolean':
      return undefined;
    case 'agent': {
      const agent = options.registry.find(word);
      return agent && `**${escaped(agent.name)}**: ${escaped(agent.description)}`;
    }
    case 'tool':
      return toolText(word, options);
  }
}

function toolText(word: string, options: AgentAuthoringOptions): string | undefined {
  if (Object.hasOwn(TOOL_GROUPS, word)) return groupText(word);
  const names = meaningOf(word, options.choices);
  if (!names) return undefined;
  const all = options.tools();
  const lines = names.map((name) => {
    const tool = all.find((candidate) => candidate.name === name);
    return `\`${name}\`${tool ? `: ${escaped(firstSentence(tool.description))}` : ''}`;
  });
  return lines.join('\n\n');
}

function groupText(group: string): string {
  return vscode.l10n.t('Group of tools: {0}', (TOOL_GROUPS[group] ?? []).join(', '));
}

function keyText(key: string): string {
  switch (key) {
    case 'name':
      return vscode.l10n.t('How the agent is called; without it, as the file.');
    case 'description':
      return vscode.l10n.t('What the agent does. The router chooses agents by it.');
    case 'tools':
      return vscode.l10n.t('Groups and tools that the agent may use; without it, all tools of Agent Team.');
    case 'model':
      return vscode.l10n.t(
        'The model of the provider in use that answers for the agent, or several in order of preference.',
      );
    case 'handoffs':
      return vscode.l10n.t('Agents that this one may hand over to, each with a label and what to tell it.');
    case 'agents':
      return vscode.l10n.t('Further agents that this one may hand over to; * stands for all.');
    case 'label':
      return vscode.l10n.t('When to hand over, in a few words.');
    case 'agent':
      return vscode.l10n.t('The agent that takes over.');
    case 'prompt':
      return vscode.l10n.t('What the agent that takes over is to be told.');
    case 'send':
      return vscode.l10n.t("Whether VS Code's own chat sends the prompt at once.");
    default:
      return '';
  }
}

function firstSentence(text: string): string {
  return /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text.slice(0, 200);
}

/** Descriptions are other people's: no links, images or code of theirs in our hover. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#!|~]/g, '\\$&');
}
