// The tab Graph: the tasks and handoffs of the chosen run, as a picture or as a list.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import { agentLook } from '../../src/protocol/agentLook';
import { graphBatchSchema, type ShownEdge, type ShownNode } from '../../src/protocol/trace/graphMessages';
import { GRAPH_STRINGS, type GraphStringKey } from '../../src/protocol/trace/graphStrings';
import { icon, iconButton } from '../shared/icons';
import { emptyTab } from './emptyTab';
import type { GraphPicture } from './graphPicture';
import './graphPicture';
import { nameOf, stateText, timeText } from './graphWords';
import { stateIcon } from './stateIcon';
import { TabElement, type PageTab } from './tabElement';

const placeSchema = z.object({ asList: z.boolean() });
const WORKING: ReadonlySet<string> = new Set(['running', 'retrying', 'waiting-approval']);
const TICK_MS = 1000;

export class GraphTab extends TabElement {
  static override properties = {
    ...TabElement.properties,
    nodes: { state: true },
    edges: { state: true },
    asList: { state: true },
    isKnown: { state: true },
    now: { state: true },
  };
  declare nodes: readonly ShownNode[];
  declare edges: readonly ShownEdge[];
  declare asList: boolean;
  /** Undefined until the host has answered. */
  declare isKnown: boolean | undefined;
  declare now: number;
  private shownTrace: string | undefined;
  private byId = new Map<string, ShownNode>();
  private left = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.nodes = [];
    this.edges = [];
    this.asList = false;
    this.now = Date.now();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = placeSchema.safeParse(this.port.place);
    if (kept.success) this.asList = kept.data.asList;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  override since(): unknown {
    this.shownTrace = this.trace?.traceId;
    return this.shownTrace === undefined ? undefined : { traceId: this.shownTrace };
  }

  override async take(message: unknown, isFirst: boolean): Promise<void> {
    const batch = graphBatchSchema.safeParse(message);
    if (!batch.success || batch.data.traceId !== this.shownTrace) return;
    const { changed, shape, isKnown, left } = batch.data;
    if (isFirst) this.byId = new Map();
    for (const node of changed) this.byId.set(node.id, node);
    if (shape) this.edges = shape.edges;
    const ids = shape?.ids ?? this.nodes.map(({ id }) => id);
    this.nodes = ids.flatMap((id) => this.byId.get(id) ?? []);
    this.isKnown = isKnown;
    this.left = left;
    this.now = Date.now();
    await this.updateComplete;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace') && this.trace?.traceId !== this.shownTrace) {
      this.nodes = [];
      this.edges = [];
      this.isKnown = undefined;
      this.port.restart();
    }
    this.keepTime();
  }

  protected override render(): TemplateResult {
    if (!this.trace) return emptyTab(this.port, this.text('emptyTitle'), this.text('emptyText'));
    if (this.isKnown === undefined) return html`<div class="empty"><p>${this.text('loading')}</p></div>`;
    if (!this.isKnown) return html`<div class="empty"><p>${this.text('gone')}</p></div>`;
    return html`${this.toolbar()}
      <div class="tab-body">
        ${
          this.asList
            ? this.list()
            : html`<graph-picture
                .port=${this.port}
                .nodes=${this.nodes}
                .edges=${this.edges}
                .now=${this.now}
                @open-node=${(event: CustomEvent<ShownNode>) => this.open(event.detail)}
              ></graph-picture>`
        }
      </div>`;
  }

  private toolbar(): TemplateResult {
    return html`<div class="toolbar" role="toolbar" aria-label=${this.text('tab')}>
      <span class="toolbar-count graph-tab-summary" data-testid="graph-summary">${this.summary()}</span>
      ${
        this.asList
          ? nothing
          : [
              iconButton({ icon: 'zoom-out', label: this.text('zoomOut'), onClick: () => this.picture()?.zoom(-1) }),
              iconButton({ icon: 'zoom-in', label: this.text('zoomIn'), onClick: () => this.picture()?.zoom(1) }),
              iconButton({
                icon: 'screen-full',
                label: this.text('fit'),
                testId: 'graph-fit',
                onClick: () => this.picture()?.fit(),
              }),
            ]
      }
      ${iconButton({
        icon: this.asList ? 'type-hierarchy' : 'list-flat',
        label: this.text(this.asList ? 'picture' : 'list'),
        testId: 'graph-list',
        onClick: () => this.show(!this.asList),
      })}
    </div>`;
  }

  private list(): TemplateResult {
    const { text } = this.port.translation;
    const names = new Map(this.nodes.map((node) => [node.id, nameOf(node, text)]));
    const after = new Map<string, string[]>();
    for (const { from, to } of this.edges) after.set(to, [...(after.get(to) ?? []), names.get(from) ?? '']);
    const heads = ['what', 'who', 'state', 'time', 'after', 'note'] as const;
    return html`<div class="table-frame" tabindex="0" role="region" aria-label=${this.text('graph')}>
      <table class="plain-table" data-testid="graph-table">
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col" class="column-${head}">${this.text(head)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.nodes.map((node) => this.row(node, after.get(node.id) ?? []))}
        </tbody>
      </table>
    </div>`;
  }

  private row(node: ShownNode, after: readonly string[]): TemplateResult {
    const { text } = this.port.translation;
    const agent = node.agent === undefined ? undefined : agentLook(node.agent);
    const name = nameOf(node, text);
    return html`<tr data-state=${node.state ?? ''}>
      <th scope="row" class="column-what">
        ${
          targetOf(node) === undefined
            ? name
            : html`<button type="button" class="link" @click=${() => this.open(node)}>${name}</button>`
        }
      </th>
      <td class="column-who">
        ${agent ? html`<span class="colour-${agent.colour}">${icon(agent.icon)}</span>` : nothing}
        ${node.via ? node.via.join(' → ') : (node.agent ?? '')}
      </td>
      <td class="column-state">
        ${node.state === undefined ? nothing : stateIcon(node.state)} ${stateText(node.state, text)}
      </td>
      <td class="number">${timeText(node, this.now)}</td>
      <td>${after.join(', ')}</td>
      <td class="column-note">${node.note ?? ''}</td>
    </tr>`;
  }

  /** How far it is, in words. */
  private summary(): string {
    const tasks = this.nodes.filter(({ kind }) => kind === 'task');
    const shown = tasks.length > 0 ? tasks : this.nodes.filter(({ kind }) => kind === 'agent');
    const counts = new Map<string, number>();
    for (const { state } of shown) if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
    const done = counts.get('completed') ?? 0;
    const others = [...counts].filter(([state]) => tasks.length === 0 || state !== 'completed');
    const handoffs = this.edges.filter(({ kind }) => kind === 'handoff').length;
    return [
      tasks.length > 0 ? this.text('tasksDone', done, tasks.length) : '',
      ...others.map(([state, count]) => this.text('counted', count, stateText(state, this.port.translation.text))),
      handoffs === 1 ? this.text('oneHandoff') : handoffs > 1 ? this.text('handoffs', handoffs) : '',
      this.left > 0 ? this.text('left', this.left) : '',
    ]
      .filter(Boolean)
      .join(' · ');
  }

  private show(asList: boolean): void {
    this.asList = asList;
    this.port.keep({ asList });
  }

  private open(node: ShownNode): void {
    const target = targetOf(node);
    if (target && this.trace) this.port.show({ tab: 'trace', traceId: this.trace.traceId, target });
  }

  private picture(): GraphPicture | null {
    return this.querySelector<GraphPicture>('graph-picture');
  }

  /** Times of what works go on by themselves, as long as anything does. */
  private keepTime(): void {
    const isWorking = this.nodes.some(({ state }) => state !== undefined && WORKING.has(state));
    if (isWorking && this.isConnected) {
      this.timer ??= setInterval(() => {
        if (!this.hidden) this.now = Date.now();
      }, TICK_MS);
      return;
    }
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private text(key: GraphStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }
}

/** What of the trace a node stands for; nothing before it has begun. */
function targetOf({ id, kind, spanId, startedAt }: ShownNode): { spanId: string } | { taskId: string } | undefined {
  if (kind === 'task' && startedAt !== undefined) return { taskId: id.slice('task:'.length) };
  return spanId === undefined ? undefined : { spanId };
}

customElements.define('graph-tab', GraphTab);

export const graphTab: PageTab = {
  id: 'graph',
  icon: 'type-hierarchy',
  create: () => new GraphTab(),
  strings: GRAPH_STRINGS,
  picksRun: true,
};
