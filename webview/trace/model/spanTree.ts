// The spans of one trace as a tree, in columns of numbers: a hundred thousand of them are laid out in milliseconds, however deep, and
// whatever is wrong with them. Nothing here recurses. Spans are named by their position in the order in which they came, from 1 on;
// 0 stands above all roots.
import { SPAN_KINDS, SPAN_STATES, type SpanColumns } from '../../../src/protocol/trace/spanMessages';
import { float64Column, int32Column } from './growingColumns';

/** What is odd about a span; several may hold. */
export const MARKS = {
  /** Its parent is not in the trace: it stands at the top. */
  missingParent: 1,
  /** It would be its own ancestor: it stands at the top. */
  cycle: 2,
  /** Another span has the same id. */
  duplicateId: 4,
  endBeforeStart: 8,
  /** The clocks of its window and its parent's disagree, or so it seems. */
  startsBeforeParent: 16,
} as const;

const RUNNING = SPAN_STATES.indexOf('running');
const TASK = SPAN_KINDS.indexOf('task');
/** Clocks are never quite the same. */
const TOLERATED_SKEW_MS = 1;
/** Steps back to a span's place among its siblings; beyond that they are sorted once, when they are next looked at. */
const MAX_STEPS = 64;

export class SpanTree {
  readonly ids: string[] = [''];
  readonly words: string[] = [''];
  readonly parent = int32Column();
  readonly firstChild = int32Column();
  readonly nextSibling = int32Column();
  readonly start = float64Column();
  /** -1 where there is none. */
  readonly end = float64Column();
  readonly name = int32Column();
  readonly kind = int32Column();
  readonly state = int32Column();
  /** Word of the agent that works in a span: its own, or that of the nearest ancestor that has one. Right after `settle`. */
  readonly agent = int32Column();
  readonly subject = int32Column();
  readonly tokensIn = float64Column();
  readonly tokensOut = float64Column();
  readonly cost = float64Column();
  /** What only the order in which spans came tells; see `marksOf`. */
  private readonly mark = int32Column();
  private readonly previousSibling = int32Column();
  private readonly lastChild = int32Column();
  /** For finding the root of a span's tree quickly: some ancestor, the nearer to the root the more often it was asked. */
  private readonly leader = int32Column();
  private readonly byId = new Map<string, number>();
  private readonly waiting = new Map<string, number[]>();
  private readonly unsorted = new Set<number>();
  /** The agent that the span itself names. */
  private readonly ownAgent = int32Column();
  private agentsAreStale = false;
  private latest = 0;
  private earliest = 0;
  private open = 0;

  constructor() {
    this.addNode(0, 0, 0);
  }

  /** Spans, without the one above all. */
  get size(): number {
    return this.ids.length - 1;
  }

  /** The last time that any span tells of. */
  get latestTime(): number {
    return this.latest;
  }

  /** The first one; 0 or before it. */
  get earliestTime(): number {
    return this.earliest;
  }

  /** Spans that are running. */
  get openCount(): number {
    return this.open;
  }

  indexOf(id: string): number | undefined {
    return this.byId.get(id);
  }

  /** The last span of a task, by the task's id. */
  taskSpan(taskId: string): number | undefined {
    const word = this.words.indexOf(taskId, 1);
    if (word === -1) return undefined;
    for (let span = this.size; span > 0; span -= 1) {
      if (this.kind.at(span) === TASK && this.subject.at(span) === word) return span;
    }
    return undefined;
  }

  /** Adds spans, and brings those up to date that are here. */
  append(batch: SpanColumns): void {
    for (const word of batch.words) this.words.push(word);
    for (let row = 0; row < batch.ids.length; row += 1) this.take(batch, row);
  }

  /** Brings in order what came out of order; to be called before the tree is walked. */
  settle(): void {
    for (const parent of this.unsorted) this.sortChildren(parent);
    this.unsorted.clear();
    if (!this.agentsAreStale) return;
    this.agentsAreStale = false;
    for (let at = this.next(0); at !== 0; at = this.next(at)) this.inheritAgent(at);
  }

  /** The span after another one when the whole tree is unfolded; the first one after 0, and 0 after the last. */
  next(span: number): number {
    const child = this.firstChild.at(span);
    if (child !== 0) return child;
    return this.nextOutside(span);
  }

  /** The span after another one and everything below it. */
  nextOutside(span: number): number {
    let at = span;
    while (at !== 0) {
      const sibling = this.nextSibling.at(at);
      if (sibling !== 0) return sibling;
      at = this.parent.at(at);
    }
    return 0;
  }

  wordOf(number: number): string {
    return this.words[number] ?? '';
  }

  isRunning(span: number): boolean {
    return this.state.at(span) === RUNNING;
  }

  /** Where the span's bar ends: now, for one that is running. Never before its start. */
  endOf(span: number, now: number): number {
    const start = this.start.at(span);
    const end = this.isRunning(span) ? now : this.end.at(span);
    return Math.max(start, end);
  }

  hasChildren(span: number): boolean {
    return this.firstChild.at(span) !== 0;
  }

  marksOf(span: number): number {
    const end = this.end.at(span);
    const start = this.start.at(span);
    const parent = this.parent.at(span);
    let marks = this.mark.at(span);
    if (end !== -1 && end < start) marks |= MARKS.endBeforeStart;
    if (parent !== 0 && start < this.start.at(parent) - TOLERATED_SKEW_MS) marks |= MARKS.startsBeforeParent;
    return marks;
  }

  private take(batch: SpanColumns, row: number): void {
    const id = batch.ids[row] ?? '';
    const known = this.byId.get(id);
    if (known !== undefined && this.isSame(known, batch, row)) {
      this.write(known, batch, row);
      return;
    }
    const span = this.ids.length;
    this.ids.push(id);
    this.addNode(0, batch.starts[row] ?? 0, span);
    this.write(span, batch, row);
    if (known !== undefined) this.setMark(span, MARKS.duplicateId);
    else this.byId.set(id, span);
    this.place(span, batch.parents[row] ?? '', known === undefined);
  }

  /** A span is sent when it starts and when it ends; what begins at another time is another span. */
  private isSame(span: number, batch: SpanColumns, row: number): boolean {
    return Math.abs(this.start.at(span) - (batch.starts[row] ?? 0)) < 1e-6;
  }

  private write(span: number, batch: SpanColumns, row: number): void {
    if (this.isRunning(span)) this.open -= 1;
    this.name.set(span, batch.names[row] ?? 0);
    this.kind.set(span, batch.kinds[row] ?? 0);
    this.state.set(span, batch.states[row] ?? 0);
    this.setOwnAgent(span, batch.agents[row] ?? 0);
    this.subject.set(span, batch.subjects[row] ?? 0);
    this.end.set(span, batch.ends[row] ?? -1);
    this.tokensIn.set(span, batch.tokensIn[row] ?? -1);
    this.tokensOut.set(span, batch.tokensOut[row] ?? -1);
    this.cost.set(span, batch.costs[row] ?? -1);
    if (this.isRunning(span)) this.open += 1;
    this.latest = Math.max(this.latest, this.start.at(span), this.end.at(span));
    this.earliest = Math.min(this.earliest, this.start.at(span));
  }

  private place(span: number, parentId: string, takesChildren: boolean): void {
    const parent = parentId === '' ? 0 : this.byId.get(parentId);
    if (parent === span) this.setMark(span, MARKS.cycle);
    else if (parent === undefined) {
      this.setMark(span, MARKS.missingParent);
      const others = this.waiting.get(parentId) ?? [];
      others.push(span);
      this.waiting.set(parentId, others);
    }
    this.link(span, parent === undefined || parent === span ? 0 : parent);
    if (takesChildren) this.takeChildren(span);
  }

  /** Spans that came before their parent. */
  private takeChildren(span: number): void {
    const id = this.ids[span] ?? '';
    const children = this.waiting.get(id) ?? [];
    this.waiting.delete(id);
    for (const child of children) {
      this.mark.set(child, this.mark.at(child) & ~MARKS.missingParent);
      if (this.rootOf(span) === child) {
        this.setMark(child, MARKS.cycle);
        continue;
      }
      this.unlink(child);
      this.link(child, span);
    }
  }

  private setOwnAgent(span: number, agent: number): void {
    if (this.ownAgent.at(span) === agent) return;
    this.ownAgent.set(span, agent);
    this.inheritAgent(span);
    if (this.hasChildren(span)) this.agentsAreStale = true;
  }

  private inheritAgent(span: number): void {
    const own = this.ownAgent.at(span);
    this.agent.set(span, own === 0 ? this.agent.at(this.parent.at(span)) : own);
  }

  private setMark(span: number, mark: number): void {
    this.mark.set(span, this.mark.at(span) | mark);
  }

  private addNode(parent: number, start: number, leader: number): void {
    for (const column of [this.firstChild, this.lastChild, this.nextSibling, this.previousSibling, this.mark]) {
      column.push(0);
    }
    for (const column of [this.name, this.kind, this.state, this.agent, this.ownAgent, this.subject]) column.push(0);
    for (const column of [this.end, this.tokensIn, this.tokensOut, this.cost]) column.push(-1);
    this.parent.push(parent);
    this.start.push(start);
    this.leader.push(leader);
  }

  /** Puts a root below a parent, among its siblings by their start. */
  private link(span: number, parent: number): void {
    this.parent.set(span, parent);
    this.inheritAgent(span);
    if (this.hasChildren(span)) this.agentsAreStale = true;
    if (parent !== 0) this.leader.set(span, this.rootOf(parent));
    const start = this.start.at(span);
    let before = this.lastChild.at(parent);
    for (let steps = 0; before !== 0 && this.start.at(before) > start; steps += 1) {
      if (steps === MAX_STEPS) {
        this.unsorted.add(parent);
        break;
      }
      before = this.previousSibling.at(before);
    }
    const after = before === 0 ? this.firstChild.at(parent) : this.nextSibling.at(before);
    this.previousSibling.set(span, before);
    this.nextSibling.set(span, after);
    if (before === 0) this.firstChild.set(parent, span);
    else this.nextSibling.set(before, span);
    if (after === 0) this.lastChild.set(parent, span);
    else this.previousSibling.set(after, span);
  }

  private unlink(span: number): void {
    const parent = this.parent.at(span);
    const before = this.previousSibling.at(span);
    const after = this.nextSibling.at(span);
    if (before === 0) this.firstChild.set(parent, after);
    else this.nextSibling.set(before, after);
    if (after === 0) this.lastChild.set(parent, before);
    else this.previousSibling.set(after, before);
  }

  /** The root of a span's tree. Links are only ever added, so that what was found once still leads there. */
  private rootOf(span: number): number {
    let at = span;
    while (this.leader.at(at) !== at) {
      const next = this.leader.at(this.leader.at(at));
      this.leader.set(at, next);
      at = next;
    }
    return at;
  }

  private sortChildren(parent: number): void {
    const children: number[] = [];
    for (let child = this.firstChild.at(parent); child !== 0; child = this.nextSibling.at(child)) children.push(child);
    children.sort((a, b) => this.start.at(a) - this.start.at(b) || a - b);
    for (const [index, child] of children.entries()) {
      this.previousSibling.set(child, children[index - 1] ?? 0);
      this.nextSibling.set(child, children[index + 1] ?? 0);
    }
    this.firstChild.set(parent, children[0] ?? 0);
    this.lastChild.set(parent, children.at(-1) ?? 0);
  }
}
