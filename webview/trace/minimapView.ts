// The minimap with its brush: the whole run in a strip, and which part of it is in sight.
import { agentLook, themeColour } from '../../src/protocol/agentLook';
import { make } from './element';
import { followPointer } from './followPointer';
import { drawMinimap } from './model/minimap';
import { panned, zoomed, type TimeWindow } from './model/timeWindow';
import type { TraceModel } from './model/traceModel';

type Colour = readonly [number, number, number];

/** Pixels at the ends of the brush that move only that end. */
const EDGE_PX = 6;
const ZOOM_STEP = 1.25;

export class MinimapView {
  private readonly canvas = document.createElement('canvas');
  private readonly brush = make('div', 'brush', make('i', 'brush-edge'), make('i', 'brush-edge'));
  private readonly colours = new Map<string, Colour>();
  private readonly themes: MutationObserver;
  private readonly sizes: ResizeObserver;

  constructor(
    private readonly host: HTMLElement,
    private readonly model: TraceModel,
    private readonly onChange: () => void,
  ) {
    host.append(this.canvas, this.brush);
    host.addEventListener('pointerdown', (event) => this.drag(event));
    host.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    host.addEventListener('dblclick', () => this.show(model.whole));
    // VS Code tells of another theme by the classes of the body.
    this.themes = new MutationObserver(() => {
      this.colours.clear();
      this.draw();
    });
    this.themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(host);
  }

  /** Draws everything; the brush alone is cheaper (`drawBrush`). */
  draw(): void {
    const width = Math.max(1, Math.round(this.host.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(this.host.clientHeight * devicePixelRatio));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    const { model } = this;
    const { from, to } = model.whole;
    drawMinimap(image.data, {
      tree: model.tree,
      folds: model.folds,
      from,
      to,
      now: model.now,
      width,
      height,
      colourOf: (agent) => this.agentColour(model.tree.wordOf(agent)),
      errorColour: this.colour('--vscode-errorForeground'),
    });
    context.putImageData(image, 0, 0);
    this.drawBrush();
  }

  drawBrush(): void {
    const { from, to } = this.brushParts();
    this.brush.style.left = `${from * 100}%`;
    this.brush.style.width = `${(to - from) * 100}%`;
    this.brush.hidden = !this.model.isZoomed;
  }

  dispose(): void {
    this.themes.disconnect();
    this.sizes.disconnect();
  }

  private brushParts(): TimeWindow {
    const { whole, window } = this.model;
    const length = whole.to - whole.from;
    return { from: (window.from - whole.from) / length, to: (window.to - whole.from) / length };
  }

  private placeAt(clientX: number): number {
    const { left, width } = this.host.getBoundingClientRect();
    const { whole } = this.model;
    const part = Math.min(1, Math.max(0, width === 0 ? 0 : (clientX - left) / width));
    return whole.from + (whole.to - whole.from) * part;
  }

  /** At an end of the brush it moves that end, inside the brush all of it; elsewhere it begins another one. */
  private drag(down: PointerEvent): void {
    if (down.button !== 0) return;
    const { model } = this;
    const { left, width } = this.host.getBoundingClientRect();
    const parts = this.brushParts();
    const x = down.clientX - left;
    const isNear = (part: number) => model.isZoomed && Math.abs(x - part * width) <= EDGE_PX;
    const start = this.placeAt(down.clientX);
    const { window } = model;
    const isInside = model.isZoomed && start > window.from && start < window.to;
    const fixed = isNear(parts.from) ? window.to : isNear(parts.to) ? window.from : undefined;
    followPointer(this.host, down, (move) => {
      const place = this.placeAt(move.clientX);
      if (fixed === undefined && isInside) {
        const by = place - start;
        this.show({ from: window.from + by, to: window.to + by });
      } else {
        const other = fixed ?? start;
        this.show({ from: Math.min(other, place), to: Math.max(other, place) });
      }
    });
  }

  private onWheel(event: WheelEvent): void {
    const { model } = this;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const part = Math.sign(event.deltaX === 0 ? event.deltaY : event.deltaX) * 0.1;
    this.show(
      isSideways
        ? panned(model.window, model.whole, part)
        : zoomed(model.window, model.whole, ZOOM_STEP ** Math.sign(event.deltaY), this.placeAt(event.clientX)),
    );
    event.preventDefault();
  }

  private show(window: TimeWindow): void {
    this.model.show(window);
    this.onChange();
  }

  private agentColour(agent: string): Colour {
    return this.colour(
      `--vscode-${agent === '' ? 'descriptionForeground' : themeColour(agentLook(agent).colour).replace('.', '-')}`,
    );
  }

  private colour(variable: string): Colour {
    const known = this.colours.get(variable);
    if (known) return known;
    const colour = rgbOf(getComputedStyle(document.body).getPropertyValue(variable));
    this.colours.set(variable, colour);
    return colour;
  }
}

/** Any colour of CSS as bytes: the canvas reads it. */
function rgbOf(css: string): Colour {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (!context) return [128, 128, 128];
  context.fillStyle = '#888';
  context.fillStyle = css.trim();
  context.fillRect(0, 0, 1, 1);
  const [red = 128, green = 128, blue = 128] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
