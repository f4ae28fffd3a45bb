// What can be wrong with an agent file, as data: sentences for people are made where they are shown.

/** Offsets into the file's text; `end` is exclusive. */
export interface TextSpan {
  start: number;
  end: number;
}

export type AgentFaultReason =
  | 'file.too_long'
  | 'front_matter.unclosed'
  | 'front_matter.not_a_map'
  | 'syntax'
  | 'value.not_text'
  | 'value.not_text_list'
  | 'value.not_boolean'
  | 'value.missing'
  | 'value.invalid'
  | 'key.unknown'
  | 'name.invalid'
  | 'name.reserved'
  | 'name.too_long'
  | 'name.taken'
  | 'description.missing'
  | 'prompt.empty'
  | 'handoff.not_an_object'
  | 'agent.unknown'
  | 'agent.defined_twice'
  | 'tool.unknown'
  | 'tool.not_offered';

/** An error keeps the file, or the entry that it stands on, from being used; anything less does not. */
export interface AgentFault {
  reason: AgentFaultReason;
  severity: 'error' | 'warning' | 'info';
  span: TextSpan;
  /** What the sentence names: `key`, `name`, `other`, `detail`. */
  params: Readonly<Partial<Record<'key' | 'name' | 'other' | 'detail', string>>>;
}

export const hasErrors = (faults: readonly AgentFault[]) => faults.some(({ severity }) => severity === 'error');
