// How tools of VS Code's Language Model tools API are called: by models, in agent files, in VS Code's own chat. No vscode here.

/** What model APIs accept as a function name. */
const MODEL_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const RESERVED_NAME = /^(?:transfer_to_.*|submit_plan)$/;
const MAX_NAME_LENGTH = 64;
const MCP_PREFIX = 'mcp_';
/** VS Code names a tool of an MCP server `mcp_<server>_<tool>` and keeps so much of both together. */
const MAX_MCP_PREFIX_LENGTH = 18;

/** The tool's own name where models accept it and it is free, else one like it; undefined where there is none. */
export function toolName(name: string, isTaken: (name: string) => boolean): string | undefined {
  const plain = name.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, MAX_NAME_LENGTH);
  const candidates = [plain, `vscode_${plain}`.slice(0, MAX_NAME_LENGTH)];
  return candidates.find(
    (candidate) => MODEL_NAME.test(candidate) && !RESERVED_NAME.test(candidate) && !isTaken(candidate),
  );
}

/** What is read of an extension's manifest. */
export interface Manifest {
  id: string;
  packageJSON: unknown;
}

export interface ReferenceNames {
  matches(reference: string): boolean;
}

/** The names that an agent file may use for the tool `name`. */
export function referenceNames(name: string, extensions: readonly Manifest[]): ReferenceNames {
  const names = new Set([name]);
  for (const { id, packageJSON } of extensions) {
    const reference = contributedTools(packageJSON).find((tool) => tool.name === name);
    if (!reference) continue;
    for (const own of [name, reference.toolReferenceName]) {
      if (typeof own !== 'string') continue;
      names.add(own);
      names.add(`${id.toLowerCase()}/${own}`);
    }
  }
  return { matches: (reference) => names.has(reference) || names.has(lowerOwner(reference)) || isMcp(name, reference) };
}

/** Where a tool comes from, and how an agent file names it so that VS Code knows it too. */
export interface ToolOrigin {
  reference: string;
  /** Id of the extension that brings it; absent for a tool of an MCP server. */
  extension?: string;
}

/** The origin of the tool `name`. */
export function toolOrigin(name: string, extensions: readonly Manifest[]): ToolOrigin {
  for (const { id, packageJSON } of extensions) {
    const own = contributedTools(packageJSON).find((tool) => tool.name === name);
    if (!own) continue;
    const { toolReferenceName: reference } = own;
    return { reference: typeof reference === 'string' ? `${id.toLowerCase()}/${reference}` : name, extension: id };
  }
  return { reference: name };
}

interface ContributedTool {
  name?: unknown;
  toolReferenceName?: unknown;
}

function contributedTools(manifest: unknown): ContributedTool[] {
  const { contributes } = (manifest ?? {}) as { contributes?: { languageModelTools?: unknown } };
  const tools = contributes?.languageModelTools;
  return Array.isArray(tools)
    ? tools.filter((tool): tool is ContributedTool => typeof tool === 'object' && tool !== null)
    : [];
}

function lowerOwner(reference: string): string {
  const slash = reference.lastIndexOf('/');
  return reference.slice(0, slash + 1).toLowerCase() + reference.slice(slash + 1);
}

/** `server/tool` or `server/*`, by the server's label or the last part of its id. */
function isMcp(name: string, reference: string): boolean {
  const slash = reference.lastIndexOf('/');
  if (slash <= 0 || !name.startsWith(MCP_PREFIX)) return false;
  const server = reference.slice(0, slash);
  const tool = reference.slice(slash + 1);
  const labels = [server, server.slice(server.lastIndexOf('/') + 1)];
  return labels.some((label) => {
    const slug = label.toLowerCase().replace(/[^a-z0-9_.-]+/g, '_');
    const prefix = `${MCP_PREFIX}${slug.slice(0, MAX_MCP_PREFIX_LENGTH - MCP_PREFIX.length - 1)}_`;
    if (!name.startsWith(prefix)) return false;
    return tool === '*' || name === `${prefix}${tool}`.slice(0, MAX_NAME_LENGTH);
  });
}
