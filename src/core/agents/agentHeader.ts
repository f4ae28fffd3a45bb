// The header of an agent file as typed values with their places; what does not fit becomes a fault at its place.
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type Node, type YAMLMap } from 'yaml';
import type { AgentFault, TextSpan } from './agentFault';

/** A text and where it stands. */
export interface Located {
  text: string;
  span: TextSpan;
}

export interface FileHandoff {
  agent: Located;
  label: string;
  /** What the next agent is to be told. */
  prompt?: string;
}

/** Keys that mean something to us. */
export const AGENT_KEYS = ['name', 'description', 'tools', 'model', 'handoffs', 'agents'] as const;
/** Keys of a handoff. */
export const HANDOFF_KEYS = ['label', 'agent', 'prompt', 'send'] as const;

/** Keys of VS Code and of other readers of the format; they are theirs, so nothing is said about them. */
const FOREIGN_KEYS: ReadonlySet<string> = new Set([
  'argument-hint',
  'compatibility',
  'context',
  'disable-model-invocation',
  'github',
  'hooks',
  'infer',
  'license',
  'mcp-servers',
  'metadata',
  'target',
  'user-invocable',
  'user-invokable',
]);
const FOREIGN_HANDOFF_KEYS: ReadonlySet<string> = new Set(['model', 'showContinueOn']);

interface Entry {
  key: string;
  keySpan: TextSpan;
  value: Node | null;
}

export class AgentHeader {
  readonly faults: AgentFault[] = [];
  private readonly entries: Entry[];

  /** `offset` is where the header's text begins in the file. */
  constructor(
    contents: Node | null | undefined,
    private readonly offset: number,
    private readonly document?: Document,
  ) {
    this.entries = isMap(contents) ? this.entriesOf(contents) : [];
    const isEmpty = contents === null || contents === undefined || (isScalar(contents) && contents.value === null);
    if (!isEmpty && !isMap(contents)) this.fault('front_matter.not_a_map', this.spanOf(contents));
  }

  keySpan(key: string): TextSpan | undefined {
    return this.entries.find((entry) => entry.key === key)?.keySpan;
  }

  /** A text that is not blank; a missing or empty one is undefined without a fault. */
  text(key: string): Located | undefined {
    const value = this.valueOf(key);
    return value ? this.textOf(value, key) : undefined;
  }

  /** A text, or the first of several. */
  firstText(key: string): Located | undefined {
    const value = this.valueOf(key);
    if (!isSeq(value)) return value ? this.textOf(value, key) : undefined;
    return this.texts(value, key)[0];
  }

  /** A list of texts; a single text counts as its parts between commas. */
  names(key: string): Located[] | undefined {
    const entry = this.entries.find((candidate) => candidate.key === key);
    if (!entry) return undefined;
    const value = this.valueOf(key);
    if (!value) return [];
    if (isSeq(value)) return this.texts(value, key);
    if (isScalar(value) && typeof value.value === 'string') return this.split(value.value, this.spanOf(value));
    this.fault('value.not_text_list', this.spanOf(value), { key });
    return [];
  }

  handoffs(): FileHandoff[] | undefined {
    const value = this.valueOf('handoffs');
    if (!value) return this.keySpan('handoffs') ? [] : undefined;
    if (!isSeq(value)) {
      this.fault('handoff.not_an_object', this.spanOf(value));
      return [];
    }
    return value.items.flatMap((item) => this.handoff(this.resolved(item)) ?? []);
  }

  /** Keys that nobody knows are probably misspelt. */
  reportUnknownKeys(): void {
    this.reportUnknown(this.entries, [AGENT_KEYS, FOREIGN_KEYS]);
  }

  private handoff(item: Node | null): FileHandoff | undefined {
    if (!isMap(item)) {
      this.fault('handoff.not_an_object', this.spanOf(item));
      return undefined;
    }
    const fields = this.entriesOf(item);
    this.reportUnknown(fields, [HANDOFF_KEYS, FOREIGN_HANDOFF_KEYS]);
    const agent = this.field(item, fields, { key: 'agent', isRequired: true });
    const label = this.field(item, fields, { key: 'label', isRequired: true });
    const prompt = this.field(item, fields, { key: 'prompt', isRequired: false });
    const send = this.resolved(fields.find(({ key }) => key === 'send')?.value ?? null);
    if (send && !(isScalar(send) && typeof send.value === 'boolean')) {
      this.fault('value.not_boolean', this.spanOf(send), { key: 'send' });
    }
    return agent && label && { agent, label: label.text, ...(prompt && { prompt: prompt.text }) };
  }

  private field(
    item: YAMLMap,
    fields: readonly Entry[],
    { key, isRequired }: { key: string; isRequired: boolean },
  ): Located | undefined {
    const value = this.resolved(fields.find((entry) => entry.key === key)?.value ?? null);
    const found = value ? this.textOf(value, key) : undefined;
    const isBlank = !value || (isScalar(value) && (value.value === null || value.value === '' || value.value === ' '));
    if (isRequired && isBlank) this.fault('value.missing', this.spanOf(item), { key });
    return found;
  }

  private reportUnknown(entries: readonly Entry[], known: readonly Iterable<string>[]): void {
    const names = new Set(known.flatMap((keys) => [...keys]));
    for (const { key, keySpan } of entries) {
      if (!names.has(key))
        this.faults.push({ reason: 'key.unknown', severity: 'info', span: keySpan, params: { key } });
    }
  }

  private texts(list: { items: unknown[] }, key: string): Located[] {
    return list.items.flatMap((item) => {
      const node = this.resolved(item);
      const found = node ? this.textOf(node, key, 'value.not_text_list') : undefined;
      return found ?? [];
    });
  }

  private textOf(node: Node, key: string, reason: AgentFault['reason'] = 'value.not_text'): Located | undefined {
    if (isScalar(node) && node.value === null) return undefined;
    if (!isScalar(node) || typeof node.value !== 'string') {
      this.fault(reason, this.spanOf(node), { key });
      return undefined;
    }
    const text = node.value.trim();
    return text === '' ? undefined : { text, span: this.spanOf(node) };
  }

  private split(text: string, span: TextSpan): Located[] {
    return text.split(',').flatMap((part) => (part.trim() === '' ? [] : { text: part.trim(), span }));
  }

  private entriesOf(map: YAMLMap): Entry[] {
    return map.items.flatMap(({ key, value }) => {
      const node = this.resolved(key);
      if (!isScalar(node)) return [];
      return { key: String(node.value), keySpan: this.spanOf(node), value: this.resolved(value) };
    });
  }

  private valueOf(key: string): Node | null {
    const value = this.entries.find((entry) => entry.key === key)?.value ?? null;
    return isScalar(value) && value.value === null ? null : value;
  }

  /** Aliases stand for what they name; one level is all that a header needs. */
  private resolved(node: unknown): Node | null {
    if (isAlias(node)) return (this.document && node.resolve(this.document)) ?? this.unresolved(node);
    return (node as Node | null | undefined) ?? null;
  }

  private unresolved(alias: Alias): null {
    const span = this.spanOf(alias);
    const isKnown = this.faults.some((fault) => fault.reason === 'syntax' && fault.span.start === span.start);
    if (!isKnown) this.fault('syntax', span, { detail: `Unresolved alias ${alias.source}` });
    return null;
  }

  private spanOf(node: Node | null): TextSpan {
    const [start = 0, end = 1] = node?.range ?? [];
    return { start: this.offset + start, end: this.offset + Math.max(end, start + 1) };
  }

  private fault(reason: AgentFault['reason'], span: TextSpan, params: AgentFault['params'] = {}): void {
    this.faults.push({ reason, severity: 'error', span, params });
  }
}
