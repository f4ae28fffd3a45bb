// Tools of VS Code, of other extensions and of MCP servers, through VS Code's Language Model tools API. VS Code asks for their confirmation.
import * as vscode from 'vscode';
import type { ToolChoices } from '../../core/agents/agentFileTools';
import { messageOf } from '../../core/failure';
import { toolError, type Tool, type ToolContext, type ToolResult, type ToolSource } from '../../core/tools/tool';
import { coerceInput } from '../../core/tools/toolInput';
import { resultText } from './resultText';
import { referenceNames, toolName, toolOrigin, type ToolOrigin } from './toolNames';

/** The part of `vscode.lm` that is used. */
export type LanguageModelTools = Pick<typeof vscode.lm, 'tools' | 'invokeTool'>;

export interface ForeignToolsOptions {
  lm?: LanguageModelTools;
  isTrusted(): boolean;
  /** Names of tools that this extension contributes itself. */
  own: ReadonlySet<string>;
  /** Names that are taken by tools of ours. */
  isTaken(name: string): boolean;
  extensions?: () => readonly Pick<vscode.Extension<unknown>, 'id' | 'packageJSON'>[];
}

/** Longest description that models get, in characters. */
const MAX_DESCRIPTION_LENGTH = 4_000;
/** Tags by which tools say that they change nothing. */
const READ_ONLY_TAGS = ['readonly', 'read-only', 'read_only', 'readOnlyHint'];

interface Known {
  information: vscode.LanguageModelToolInformation;
  tool: Tool;
}

/** VS Code tells nobody when its tools change: they are looked up at each use, and made once. */
export class ForeignTools implements ToolSource {
  private readonly lm: LanguageModelTools;
  private known: readonly Known[] = [];

  constructor(private readonly options: ForeignToolsOptions) {
    this.lm = options.lm ?? vscode.lm;
  }

  get(name: string): Tool | undefined {
    return this.current().find(({ tool }) => tool.name === name)?.tool;
  }

  list(): readonly Tool[] {
    return this.current().map(({ tool }) => tool);
  }

  /** Behind a reference name (`#name` in VS Code's chat), `extension/name`, `server/tool` or `server/*`. */
  readonly referred: ToolChoices['referred'] = (reference) => {
    const current = this.current();
    if (current.length === 0) return [];
    const extensions = this.options.extensions?.() ?? vscode.extensions.all;
    return current
      .filter(({ information }) => referenceNames(information.name, extensions).matches(reference))
      .map(({ tool }) => tool.name);
  };

  /** Where the tool that models know by `name` comes from; undefined for one that is not offered now. */
  readonly origin = (name: string): ToolOrigin | undefined => {
    const found = this.current().find(({ tool }) => tool.name === name);
    return found && toolOrigin(found.information.name, this.options.extensions?.() ?? vscode.extensions.all);
  };

  private current(): readonly Known[] {
    const { own } = this.options;
    const offered = this.lm.tools.filter(({ name }) => !own.has(name));
    const isSame =
      offered.length === this.known.length &&
      offered.every((information, index) => isEqual(information, this.known[index]?.information));
    if (!isSame) this.known = this.describe(offered);
    return this.known;
  }

  private describe(offered: readonly vscode.LanguageModelToolInformation[]): Known[] {
    const taken = new Set<string>();
    return offered.flatMap((information) => {
      const isTaken = (name: string) => taken.has(name) || this.options.isTaken(name);
      const name = toolName(information.name, isTaken);
      if (name === undefined) return [];
      taken.add(name);
      return { information, tool: this.tool(name, information) };
    });
  }

  private tool(name: string, information: vscode.LanguageModelToolInformation): Tool {
    const inputSchema = schemaOf(information);
    return {
      name,
      description: information.description.slice(0, MAX_DESCRIPTION_LENGTH),
      inputSchema,
      effect: information.tags.some((tag) => READ_ONLY_TAGS.includes(tag)) ? 'read' : 'execute',
      source: 'vscode',
      confirmsItself: true,
      // VS Code holds the input against the schema itself; what it says is what the model reads.
      parse: (input) => {
        const value = coerceInput(input, inputSchema);
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        return isObject ? { ok: true, value } : { ok: false, problem: `${name} takes an object.` };
      },
      title: () => name,
      run: (input, context) => this.invoke(information.name, input as object, context),
    };
  }

  private async invoke(name: string, input: object, { signal }: ToolContext): Promise<ToolResult> {
    if (!this.options.isTrusted()) {
      return toolError('workspace.restricted', `${name} is not run: this workspace is not trusted. Go on without it.`);
    }
    const cancellation = new vscode.CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (signal.aborted) cancel();
      const result = await this.lm.invokeTool(name, { input, toolInvocationToken: undefined }, cancellation.token);
      return { text: resultText(result.content) };
    } catch (error) {
      // The tool is somebody else's: its failing, and a person's refusal, are results.
      if (signal.aborted) return toolError('cancelled', `${name} was cancelled.`);
      if (error instanceof vscode.CancellationError || (error as { name?: unknown }).name === 'Canceled') {
        return toolError('approval.denied', `${name} was not run: the person did not allow it. Go on without it.`);
      }
      return toolError('tool.failed', `${name} failed: ${messageOf(error)}`);
    } finally {
      signal.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }
}

function schemaOf({ inputSchema }: vscode.LanguageModelToolInformation): Record<string, unknown> {
  const schema = inputSchema as Record<string, unknown> | undefined;
  return schema?.['type'] === 'object' ? schema : { type: 'object', properties: {}, ...schema };
}

function isEqual(
  one: vscode.LanguageModelToolInformation,
  other: vscode.LanguageModelToolInformation | undefined,
): boolean {
  return (
    one === other ||
    (one.name === other?.name &&
      one.description === other.description &&
      JSON.stringify([one.inputSchema, one.tags]) === JSON.stringify([other.inputSchema, other.tags]))
  );
}
