// One policy for everything that writes or executes: allow, ask or deny, by the settings as they are now. Decides, and does nothing else.
import type { SettingsSource } from '../settings';
import type { Tool, ToolIntent } from '../tools/tool';
import type { AskReason, CommandPolicy } from './commandPolicy';
import type { Grant } from './grants';
import { compileProtected } from './protectedFiles';
import type { WorkspaceBounds } from './workspaceBounds';

/** One thing that a person has to agree to. */
export interface Need {
  /** What an answer beyond this call would cover. */
  grant: Grant;
  reason: AskReason | 'unknown_tool';
  /** The part of the command, or the path, as it is shown. */
  subject: string;
}

export type DenyReason = 'restricted' | 'edits_off' | 'commands_off' | 'command_denied' | 'path_outside';

export type Decision =
  | { kind: 'allow' }
  | { kind: 'ask'; needs: Need[] }
  /** `subject`: the denied command's pattern, or the path. */
  | { kind: 'deny'; reason: DenyReason; subject?: string };

export interface PolicyOptions {
  settings: SettingsSource;
  commands: CommandPolicy;
  bounds: WorkspaceBounds;
  /** False in restricted mode: nothing is executed or written then. */
  isTrusted(): boolean;
  /** The workspace path of a folder's uri, for people. */
  pathOf(uri: string): string;
}

const ALLOW: Decision = { kind: 'allow' };

export class Policy {
  constructor(private readonly options: PolicyOptions) {}

  /** Judges what a call of `tool` would do; `intents` is absent where the tool can't tell. */
  async decide(tool: Tool, intents: readonly ToolIntent[] | undefined, signal: AbortSignal): Promise<Decision> {
    if (tool.effect === 'read') return ALLOW;
    if (!this.options.isTrusted()) return { kind: 'deny', reason: 'restricted' };
    if (!intents) return this.decideUnknown(tool);
    const needs: Need[] = [];
    for (const intent of intents) {
      const decision = await (intent.kind === 'write' ? this.decideWrite(intent) : this.decideCommand(intent, signal));
      if (decision.kind === 'deny') return decision;
      if (decision.kind === 'ask') needs.push(...decision.needs);
    }
    return needs.length === 0 ? ALLOW : { kind: 'ask', needs };
  }

  /** A tool of others: it asks, unless whoever runs it asks by itself. */
  private decideUnknown(tool: Tool): Decision {
    const { edits, commands } = this.options.settings();
    if (tool.effect === 'write' && edits.mode === 'deny') return { kind: 'deny', reason: 'edits_off' };
    if (tool.effect === 'execute' && commands.mode === 'deny') return { kind: 'deny', reason: 'commands_off' };
    if (tool.confirmsItself) return ALLOW;
    const grant: Grant = { kind: 'tool', tool: tool.name };
    return { kind: 'ask', needs: [{ grant, reason: 'unknown_tool', subject: tool.name }] };
  }

  private async decideWrite({ path, uri }: Extract<ToolIntent, { kind: 'write' }>): Promise<Decision> {
    const { edits, protectedFiles } = this.options.settings();
    if (edits.mode === 'deny') return { kind: 'deny', reason: 'edits_off' };
    // What no file system holds yet (an untitled document) has no links and no protected name.
    if (!uri.startsWith('untitled:')) {
      const place = await this.options.bounds.locate(uri);
      if (!place.isInside) return { kind: 'deny', reason: 'path_outside', subject: path };
      const isProtected = compileProtected(protectedFiles);
      if (isProtected(place.segments) || isProtected(path.split('/'))) {
        const grant: Grant = { kind: 'write', path };
        return { kind: 'ask', needs: [{ grant, reason: 'protected', subject: path }] };
      }
    }
    return ALLOW;
  }

  private async decideCommand(
    { command, cwd }: Extract<ToolIntent, { kind: 'command' }>,
    signal: AbortSignal,
  ): Promise<Decision> {
    const { commands, protectedFiles } = this.options.settings();
    const verdict = await this.options.commands.judge({ command, cwd }, { ...commands, protectedFiles }, signal);
    if (verdict.kind === 'allow') return ALLOW;
    if (verdict.kind === 'deny') {
      const { pattern } = verdict;
      if (pattern === undefined) return { kind: 'deny', reason: 'commands_off' };
      return { kind: 'deny', reason: 'command_denied', subject: pattern };
    }
    const folder = this.options.pathOf(cwd);
    const needs = verdict.asked.map(({ source, reason }): Need => {
      return { grant: { kind: 'command', text: source, cwd: folder }, reason, subject: source };
    });
    return { kind: 'ask', needs };
  }
}
