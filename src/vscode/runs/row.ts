// What one row of the runs tree is, before VS Code shows it.

export interface Row {
  /** Stable within the tree. */
  id: string;
  label: string;
  description: string;
  /** A codicon. */
  icon: string;
  /** A colour of the theme; absent: the text's. */
  colour?: string;
  /** Lines of the tooltip: name and value; empty ones are left out. */
  details: [name: string, value: string][];
  /** The rows below, made when they are looked at; absent: there are none and never will be. */
  children?: () => Row[];
  /** Opened when it is first shown. */
  isOpen?: boolean;
  /** What the menus go by, e.g. `task failed`. */
  contextValue: string;
  /** What commands of the row's menus read beside `runId`. */
  target?: RowTarget;
}

export interface RowTarget {
  taskId?: string;
  path?: string;
  hunkId?: string;
  /** 1-based. */
  line?: number;
  endLine?: number;
}

/** Characters of a label: a longer one would leave no room for the description. */
const MAX_LABEL = 40;

/** Cut at a word where there is one; the tooltip and screen readers have the whole. */
export function shortened(label: string): string {
  if (label.length <= MAX_LABEL) return label;
  const cut = label.slice(0, MAX_LABEL - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > MAX_LABEL / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** Parts of a description in one line; empty ones are left out. */
export function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' · ');
}
