// How agents look, in every view alike: an icon and a colour of VS Code's charts, so that colour never carries meaning alone.

export interface AgentLook {
  /** Name of a codicon. */
  icon: string;
  /** One of the colours of `themeColour`. */
  colour: 'blue' | 'green' | 'purple' | 'orange' | 'red' | 'yellow' | 'foreground';
}

/** The theme's colour of that name: one of its charts, or ours where the theme's can't be seen (its orange is a veil over found text). */
export function themeColour(colour: string): string {
  return colour === 'orange' ? 'agentTeam.orange' : `charts.${colour}`;
}

const BUILT_IN: ReadonlyMap<string, AgentLook> = new Map([
  ['dev', { icon: 'code', colour: 'blue' }],
  ['qa', { icon: 'beaker', colour: 'green' }],
  ['writer', { icon: 'book', colour: 'purple' }],
  ['researcher', { icon: 'search', colour: 'orange' }],
  ['router', { icon: 'arrow-swap', colour: 'foreground' }],
  ['supervisor', { icon: 'type-hierarchy', colour: 'yellow' }],
  ['arbiter', { icon: 'law', colour: 'red' }],
  ['summarizer', { icon: 'fold', colour: 'foreground' }],
] as const);

const OTHERS = ['yellow', 'red', 'purple', 'orange', 'green', 'blue'] as const;

/** The look of an agent; one that is not built in gets a colour by its name. */
export function agentLook(name: string): AgentLook {
  const look = BUILT_IN.get(name);
  if (look) return look;
  let sum = 0;
  for (const character of name) sum += character.codePointAt(0) ?? 0;
  return { icon: 'person', colour: OTHERS[sum % OTHERS.length] ?? 'yellow' };
}
