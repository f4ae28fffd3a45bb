// The graph as a picture: nodes that can be reached by keys, lines between them, zoom and pan.
import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { agentLook } from '../../src/protocol/agentLook';
import type { ShownEdge, ShownNode } from '../../src/protocol/trace/graphMessages';
import { icon } from '../shared/icons';
import { fullText, nameOf, stateText, underline } from './graphWords';
import { linesOf, pathOf, type GraphLines, type SingleLine } from './model/graphLines';
import { layoutGraph, type GraphLayout, type LayoutOptions, type PlacedNode } from './model/graphLayout';
import { neighbourOf, stepOf } from './model/graphSteps';
import { fit, reveal, zoomAt, type View } from './model/viewport';
import { stateIcon } from './stateIcon';
import { styled } from './styled';
import type { TabPort } from './tabElement';

const WIDE: LayoutOptions = {
  direction: 'right',
  nodeWidth: 184,
  nodeHeight: 44,
  gap: 12,
  layerGap: 44,
  maxInRow: 24,
  blockAspect: 1.8,
};
const NARROW: LayoutOptions = {
  direction: 'down',
  nodeWidth: 132,
  nodeHeight: 44,
  gap: 8,
  layerGap: 28,
  maxInRow: 2,
};
const NARROW_PX = 480;
/** Below this scale a node is too small for its second line, and below that for any text. */
const ONE_LINE_SCALE = 0.7;
const NO_TEXT_SCALE = 0.4;
/** A larger graph does not begin as a whole: nothing in it could be read. */
const READABLE_SCALE = 0.5;
const MARGIN = 16;
const ZOOM_STEP = 1.25;

export class GraphPicture extends LitElement {
  static override properties = {
    nodes: { attribute: false },
    edges: { attribute: false },
    now: { attribute: false },
    view: { state: true },
    focused: { state: true },
    near: { state: true },
    isNarrow: { state: true },
  };
  declare port: TabPort;
  /** In their order; those that change are new objects. */
  declare nodes: readonly ShownNode[];
  declare edges: readonly ShownEdge[];
  declare now: number;
  declare view: View;
  /** The node that Tab leads to. */
  declare focused: string | undefined;
  /** The node whose lines stand out: the one in focus or under the pointer. */
  declare near: string | undefined;
  declare isNarrow: boolean;
  /** False once the person has moved or zoomed: then it stays as they left it. */
  private isFitted = true;
  private layout: GraphLayout = { nodes: [], edges: [], blocks: [], width: 0, height: 0 };
  private lines: GraphLines = { single: [], bundles: [] };
  private shape: readonly ShownEdge[] | undefined;
  private placed: ReadonlyMap<string, PlacedNode> = new Map();
  private readonly resizing = new ResizeObserver(() => this.onResize());

  constructor() {
    super();
    this.nodes = [];
    this.edges = [];
    this.now = 0;
    this.view = { x: 0, y: 0, scale: 1 };
    this.isNarrow = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizing.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizing.disconnect();
  }

  /** Shows all of it. */
  fit(): void {
    this.isFitted = true;
    this.view = fit(this.layout, this.size());
  }

  zoom(direction: 1 | -1): void {
    const { width, height } = this.size();
    this.zoomTo(direction > 0 ? ZOOM_STEP : 1 / ZOOM_STEP, { x: width / 2, y: height / 2 });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.shape === this.edges && !changed.has('isNarrow')) return;
    this.shape = this.edges;
    const ids = this.nodes.map(({ id }) => id);
    this.layout = layoutGraph(ids, this.edges, this.options());
    this.placed = new Map(this.layout.nodes.map((node) => [node.id, node]));
    this.lines = linesOf(this.layout, this.edges);
    if (this.focused === undefined || !this.placed.has(this.focused)) this.focused = ids[0];
    if (this.isFitted) this.begin();
  }

  protected override render(): TemplateResult {
    const { x, y, scale } = this.view;
    const detail = scale < NO_TEXT_SCALE ? 'none' : scale < ONE_LINE_SCALE ? 'one' : 'all';
    const { text } = this.port.translation;
    const after = this.unfinishedBefore();
    return html`<div
      class="graph-window"
      role="group"
      aria-label=${text('graph')}
      aria-description=${text('keys')}
      data-detail=${detail}
      @wheel=${(event: WheelEvent) => this.onWheel(event)}
      @pointerdown=${(event: PointerEvent) => this.onPointerDown(event)}
      @keydown=${(event: KeyboardEvent) => this.onKey(event)}
    >
      <div class="graph-plane" ${styled({ transform: `translate(${x}px, ${y}px) scale(${scale})` })}>
        <svg class="graph-lines" width=${this.layout.width} height=${this.layout.height} aria-hidden="true">
          <defs>
            <marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0,0 L8,4 L0,8 z" fill="context-stroke"></path>
            </marker>
          </defs>
          ${this.layout.blocks.map(
            ({ x, y, width, height }) =>
              svg`<rect class="graph-block" x=${x - 6} y=${y - 6} width=${width + 12} height=${height + 12} rx="6"></rect>`,
          )}
          ${this.lines.bundles.map((bundle) => svg`<path class="graph-line" d=${pathOf(bundle.points, this.direction())} marker-end="url(#graph-arrow)"></path>`)}
          ${this.lines.single.map((line) => this.line(line))}
        </svg>
        ${repeat(
          this.nodes,
          ({ id }) => id,
          (node) => this.node(node, after.get(node.id) ?? []),
        )}
      </div>
    </div>`;
  }

  private line({ edge, kind, isBundled }: SingleLine): TemplateResult | typeof nothing {
    const isNear = edge.from === this.near || edge.to === this.near;
    if (isBundled && !isNear) return nothing;
    return svg`<path
      class="graph-line line-${kind}${isNear ? ' is-near' : ''}"
      d=${pathOf(edge.points, this.direction())}
      marker-end="url(#graph-arrow)"
    ></path>`;
  }

  private node(node: ShownNode, waitsFor: readonly string[]): TemplateResult {
    const { text } = this.port.translation;
    const { nodeWidth, nodeHeight } = this.options();
    const place = this.placed.get(node.id);
    const state = node.state === 'running' || node.state === 'completed' ? stateText(node.state, text) : '';
    const agent = node.agent === undefined ? undefined : agentLook(node.agent);
    return html`<button
      type="button"
      class="graph-node node-${node.kind} in-${node.state ?? 'none'}"
      data-testid="graph-node"
      data-node=${node.id}
      data-state=${node.state ?? ''}
      ${styled({
        transform: `translate(${place?.x ?? 0}px, ${place?.y ?? 0}px)`,
        width: `${nodeWidth}px`,
        height: `${nodeHeight}px`,
      })}
      tabindex=${node.id === this.focused ? 0 : -1}
      title=${fullText(node, text, this.now, waitsFor)}
      @focus=${() => this.onFocus(node.id)}
      @blur=${() => (this.near = undefined)}
      @pointerenter=${() => (this.near = node.id)}
      @pointerleave=${() => (this.near = undefined)}
      @click=${() => this.open(node)}
    >
      <span class="graph-node-name">
        ${node.state === undefined ? icon('comment') : stateIcon(node.state)}
        <span class="graph-text">${nameOf(node, text)}</span>
        ${state === '' ? nothing : html`<span class="visually-hidden">${state}</span>`}
      </span>
      <span class="graph-node-line">
        ${agent ? html`<span class="colour-${agent.colour}">${icon(agent.icon)}</span>` : ''}
        <span class="graph-text">${underline(node, text, this.now)}</span>
      </span>
    </button>`;
  }

  /** Names of the tasks that each node waits for. */
  private unfinishedBefore(): Map<string, string[]> {
    const { text } = this.port.translation;
    const byId = new Map(this.nodes.map((node) => [node.id, node]));
    const names = new Map<string, string[]>();
    for (const { from, to, kind } of this.edges) {
      const node = byId.get(from);
      if (kind !== 'dependency' || !node || node.state === 'completed') continue;
      names.set(to, [...(names.get(to) ?? []), nameOf(node, text)]);
    }
    return names;
  }

  private options(): LayoutOptions {
    return this.isNarrow ? NARROW : WIDE;
  }

  private size(): { width: number; height: number } {
    return { width: this.clientWidth, height: this.clientHeight };
  }

  private onResize(): void {
    if (this.clientWidth === 0) return;
    this.isNarrow = this.clientWidth < NARROW_PX;
    if (this.isFitted) this.begin();
  }

  /** All of it if that can be read; else at a size that can, where the work is. */
  private begin(): void {
    const whole = fit(this.layout, this.size());
    if (whole.scale >= READABLE_SCALE) {
      this.view = whole;
      return;
    }
    const { height } = this.size();
    const start = { x: MARGIN, y: (height - this.layout.height * READABLE_SCALE) / 2, scale: READABLE_SCALE };
    const atWork = this.nodes.find(({ state }) => state === 'running') ?? this.nodes[0];
    const place = atWork && this.placed.get(atWork.id);
    const { nodeWidth, nodeHeight } = this.options();
    const part = { width: nodeWidth, height: nodeHeight };
    this.view = place ? reveal(start, { ...place, ...part }, this.size()) : start;
  }

  private direction(): LayoutOptions['direction'] {
    return this.options().direction;
  }

  private onFocus(id: string): void {
    this.focused = id;
    this.near = id;
    const place = this.placed.get(id);
    const { nodeWidth: width, nodeHeight: height } = this.options();
    if (place) this.view = reveal(this.view, { ...place, width, height }, this.size());
  }

  private open(node: ShownNode): void {
    this.dispatchEvent(new CustomEvent('open-node', { detail: node }));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, this.direction());
    const next = step && this.focused !== undefined ? neighbourOf(this.layout, this.focused, step) : undefined;
    if (step) this.focusNode(next);
    else if (event.key === 'Home') this.focusNode(this.nodes[0]?.id);
    else if (event.key === 'End') this.focusNode(this.nodes.at(-1)?.id);
    else if (event.key === '+' || event.key === '=') this.zoom(1);
    else if (event.key === '-') this.zoom(-1);
    else if (event.key === '0') this.fit();
    else return;
    event.preventDefault();
  }

  private focusNode(id: string | undefined): void {
    if (id === undefined) return;
    this.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }

  /** Pinching and Ctrl zoom, everything else moves. */
  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const box = this.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0025));
      this.zoomTo(factor, { x: event.clientX - box.left, y: event.clientY - box.top });
      return;
    }
    const unit = event.deltaMode === 1 ? 16 : 1;
    const [moveX, moveY] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
    this.move(-moveX * unit, -moveY * unit);
  }

  /** Dragging the ground moves it; nodes are for clicking. */
  private onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('.graph-node'))) return;
    const ground = event.currentTarget as HTMLElement;
    ground.setPointerCapture(event.pointerId);
    const onMove = (moved: PointerEvent) => this.move(moved.movementX, moved.movementY);
    const onEnd = () => {
      ground.removeEventListener('pointermove', onMove);
      ground.removeEventListener('pointerup', onEnd);
      ground.removeEventListener('pointercancel', onEnd);
    };
    ground.addEventListener('pointermove', onMove);
    ground.addEventListener('pointerup', onEnd);
    ground.addEventListener('pointercancel', onEnd);
  }

  private move(x: number, y: number): void {
    this.isFitted = false;
    this.view = { ...this.view, x: this.view.x + x, y: this.view.y + y };
  }

  private zoomTo(factor: number, point: { x: number; y: number }): void {
    this.isFitted = false;
    this.view = zoomAt(this.view, factor, point);
  }
}

customElements.define('graph-picture', GraphPicture);
