// What comes out of a file of another tool: agents, sections of AGENTS.md, and what can't be carried over.

/** Something that a person should know about an item; sentences are made where they are shown. */
export interface ImportNote {
  reason:
    | 'tools.left_out'
    | 'tools.kept'
    | 'mcp.left_out'
    | 'model.left_out'
    | 'files.as_text'
    | 'scope.as_text'
    | 'applied.by_hand'
    | 'variables.as_text'
    | 'instructions.cut'
    | 'name.changed';
  /** Names of tools, patterns and the like. */
  values: string[];
}

export interface ImportedHandoff {
  label: string;
  agent: string;
  prompt?: string;
}

export interface ImportedAgent {
  kind: 'agent';
  /** Path of the file that it comes from. */
  source: string;
  name: string;
  description: string;
  prompt: string;
  /** Absent where the source says nothing of tools: then the agent gets all groups. */
  tools?: string[];
  handoffs?: ImportedHandoff[];
  notes: ImportNote[];
}

export interface ImportedSection {
  kind: 'section';
  source: string;
  title: string;
  body: string;
  /** Globs of the files that it is about; empty for all. */
  scope: string[];
  notes: ImportNote[];
}

export type ImportItem = ImportedAgent | ImportedSection;

/** A file, or one mode in it, that gives nothing. */
export interface ImportFault {
  source: string;
  reason:
    'file.too_long' | 'file.empty' | 'file.unknown' | 'file.unreadable' | 'syntax' | 'modes.none' | 'mode.invalid';
  detail: string;
}

export interface Converted {
  items: ImportItem[];
  faults: ImportFault[];
}
