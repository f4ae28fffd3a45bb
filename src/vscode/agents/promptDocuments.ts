// Prompt versions as documents: one to read, two to compare in VS Code's own diff editor.
import * as vscode from 'vscode';
import type { PromptVersionText } from '../../core/agents/promptVersion';
import { UserError } from '../../core/failure';
import type { PromptVersions } from './promptVersions';

const SCHEME = 'agent-team-prompt-version';
const SHORT = 7;

export class PromptDocuments implements vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(private readonly versions: Pick<PromptVersions, 'find'>) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async ({ query }) => {
        const found = await versions.find(query);
        return found ? pageOf(found) : vscode.l10n.t('This prompt is not kept any more.');
      },
    });
  }

  /** Shows what an agent was told, or what changed in it since `before`. */
  async show(version: string, before?: string): Promise<void> {
    const text = await this.found(version);
    const earlier = before === undefined ? undefined : await this.found(before);
    if (!earlier) {
      await vscode.window.showTextDocument(uriOf(text), { preview: true });
      return;
    }
    const title = vscode.l10n.t(
      'Prompt of {0}: {1} to {2}',
      text.agent,
      earlier.version.slice(0, SHORT),
      text.version.slice(0, SHORT),
    );
    await vscode.commands.executeCommand('vscode.diff', uriOf(earlier), uriOf(text), title, { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
  }

  private async found(version: string): Promise<PromptVersionText> {
    const text = await this.versions.find(version);
    if (text) return text;
    const sentence = vscode.l10n.t('The prompt {0} is not kept any more.', version.slice(0, SHORT));
    throw new UserError('prompt.unknown', sentence);
  }
}

function uriOf({ agent, version }: PromptVersionText): vscode.Uri {
  const path = `/${encodeURIComponent(agent)} ${version.slice(0, SHORT)}.md`;
  return vscode.Uri.from({ scheme: SCHEME, path, query: version });
}

/** All that makes the version, so that a comparison shows every reason for another one. */
function pageOf({ agent, version, prompt, tools, model, modelOptions }: PromptVersionText): string {
  const { temperature, maxOutputTokens } = modelOptions ?? {};
  const options = [
    temperature === undefined ? '' : `temperature ${temperature}`,
    maxOutputTokens === undefined ? '' : `maxOutputTokens ${maxOutputTokens}`,
  ].filter(Boolean);
  return [
    `# ${agent} ${version}`,
    '',
    `- ${vscode.l10n.t('Model: {0}', model ?? vscode.l10n.t('that of the settings'))}`,
    ...options.map((option) => `- ${option}`),
    `- ${vscode.l10n.t('Tools: {0}', tools.length === 0 ? vscode.l10n.t('none') : '')}`,
    ...tools.map((tool) => `  - ${tool}`),
    '',
    prompt,
    '',
  ].join('\n');
}
