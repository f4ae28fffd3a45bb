// What an agent is really told and given, as a page to read.
import * as vscode from 'vscode';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { describePromptVersion } from '../../core/agents/promptVersion';
import { systemPrompt } from '../../core/agents/systemPrompt';
import { TOOL_GROUPS } from '../../core/agents/toolGrants';
import type { TeamSettings } from '../../core/settings';

export interface PromptTextParts {
  spec: AgentSpec;
  registry: Pick<AgentRegistry, 'handoffTargets'>;
  settings: TeamSettings;
  /** The tools that exist now, by name. */
  tools: ReadonlyMap<string, { effect: string; source: string }>;
  /** The model that would answer now, in words. */
  model: string;
  instructions: string | undefined;
  file: vscode.Uri | undefined;
}

/** Markdown; what stands below the rule is sent as it is. */
export function promptText(parts: PromptTextParts): string {
  const { spec, registry, settings, tools, model, instructions, file } = parts;
  const { version, tools: names, modelOptions } = describePromptVersion(spec, settings);
  const targets = registry.handoffTargets(spec);
  const { l10n } = vscode;
  const rows: [string, string][] = [
    [l10n.t('Description'), spec.description],
    [l10n.t('Defined in'), file?.toString(true) ?? sourceText(spec)],
    [l10n.t('Prompt version'), version],
    [l10n.t('Model'), model],
    [l10n.t('Model options'), modelOptions ? JSON.stringify(modelOptions) : l10n.t('none')],
    [l10n.t('Limits'), JSON.stringify({ maxTurns: settings.limits.maxTurns, ...spec.limits })],
    [l10n.t('Hands over to'), targets.map(({ name }) => name).join(', ') || l10n.t('nobody')],
    [l10n.t('Reacts to'), (spec.on ?? []).map(({ topic }) => topic).join(', ') || l10n.t('nothing')],
  ];
  const listed = names.map((name) => toolLine(name, tools, spec));
  return [
    `# ${spec.name}`,
    rows.map(([label, value]) => `- **${label}:** ${value.replace(/\s+/g, ' ')}`).join('\n'),
    `## ${l10n.t('Tools')}`,
    listed.join('\n') || l10n.t('None.'),
    `## ${l10n.t('What it is told')}`,
    '---',
    systemPrompt({ spec, targets, ...(instructions !== undefined && { instructions }) }),
    '',
  ].join('\n\n');
}

function toolLine(name: string, tools: PromptTextParts['tools'], spec: AgentSpec): string {
  const tool = tools.get(name);
  const groups = spec.tools.filter((grant) => Object.hasOwn(TOOL_GROUPS, grant) && TOOL_GROUPS[grant]?.includes(name));
  const from = groups.length > 0 ? ` (${groups.join(', ')})` : '';
  if (!tool) return `- \`${name}\`${from}: ${vscode.l10n.t('not there now')}`;
  return `- \`${name}\`${from}: ${tool.effect}${tool.source === 'built-in' ? '' : `, ${tool.source}`}`;
}

function sourceText({ source }: AgentSpec): string {
  switch (source) {
    case 'built-in':
      return vscode.l10n.t('Agent Team');
    case 'api':
      return vscode.l10n.t('another extension');
    case 'file':
      return vscode.l10n.t('a file');
  }
}
