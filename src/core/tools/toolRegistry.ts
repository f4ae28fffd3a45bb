// The tools that exist right now: built-in ones for good, registered ones until they are disposed.
import type { Disposable, ToolDefinition, ToolInfo } from '../../api';
import { toDisposable } from '../disposable';
import { UserError } from '../failure';
import { toolFromDefinition } from './defineTool';
import type { Tool, ToolSource } from './tool';

/** What model APIs accept as a function name. */
const TOOL_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
/** Names that the router and planner answer with; nobody may take them. */
const RESERVED_NAME = /^(transfer_to_.*|submit_plan)$/;

/** Looks tools up, in order of registration; clashes of names are refused. */
export class ToolRegistry implements ToolSource {
  private readonly tools = new Map<string, Tool>();
  private readonly sources: ToolSource[] = [];
  private readonly listeners = new Set<() => void>();

  get(name: string): Tool | undefined {
    const own = this.tools.get(name);
    if (own) return own;
    for (const source of this.sources) {
      const tool = source.get(name);
      if (tool) return tool;
    }
    return undefined;
  }

  list(): readonly Tool[] {
    const known = new Map(this.tools);
    for (const tool of this.sources.flatMap((source) => source.list())) {
      if (!known.has(tool.name)) known.set(tool.name, tool);
    }
    return [...known.values()];
  }

  /** True for a registered tool, whatever further sources have. */
  isRegistered(name: string): boolean {
    return this.tools.has(name);
  }

  /** Tools that come and go without notice; they stand behind the registered ones and are asked for at each use. */
  addSource(source: ToolSource): Disposable {
    this.sources.push(source);
    this.changed();
    return toDisposable(() => {
      this.sources.splice(this.sources.indexOf(source), 1);
      this.changed();
    });
  }

  /** The tools as the API shows them. */
  infos(): ToolInfo[] {
    return this.list().map(({ name, description, inputSchema, effect, source }) => ({
      name,
      description,
      inputSchema,
      effect,
      source,
    }));
  }

  /** Adds tools, all or none; throws a `UserError` with `tool.name_invalid` or `tool.name_taken`. Disposing removes exactly these. */
  add(...tools: Tool[]): Disposable {
    const names = new Set<string>();
    for (const { name } of tools) {
      if (!TOOL_NAME.test(name) || RESERVED_NAME.test(name)) {
        throw new UserError(
          'tool.name_invalid',
          `"${name}" can't be the name of a tool: use up to 64 letters, digits, "_" or "-", beginning with a letter, and neither "submit_plan" nor "transfer_to_…".`,
        );
      }
      if (this.tools.has(name) || names.has(name)) {
        throw new UserError(
          'tool.name_taken',
          `There is a tool named "${name}" already: register it under another name.`,
        );
      }
      names.add(name);
    }
    for (const tool of tools) this.tools.set(tool.name, tool);
    this.changed();
    return toDisposable(() => {
      for (const tool of tools) if (this.tools.get(tool.name) === tool) this.tools.delete(tool.name);
      this.changed();
    });
  }

  /** Adds a tool of another extension; throws as `add` does, or a `TypeError` for a schema that can't be used. */
  register(definition: ToolDefinition): Disposable {
    return this.add(toolFromDefinition(definition));
  }

  /** Calls `listener` after each change; a listener that throws does not keep the others from being called. */
  onDidChange(listener: () => void): Disposable {
    this.listeners.add(listener);
    return toDisposable(() => this.listeners.delete(listener));
  }

  private changed(): void {
    const errors: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Internal error: a listener of the tool registry failed.');
  }
}
