// What the tab Trace draws by hand, in elements that its template made: waterfall, minimap, and the line between names and bars.
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { MinimapView } from './minimapView';
import type { TraceModel } from './model/traceModel';
import { NameSplitter } from './nameSplitter';
import { Waterfall } from './waterfall';

export interface SpansPictureOptions {
  /** The tab. */
  host: HTMLElement;
  model: TraceModel;
  text: (key: SpansStringKey, ...values: (string | number)[]) => string;
  onChoose: (span: number) => void;
  onOpen: (span: number) => void;
  /** A row was clicked. */
  onClick: () => void;
  /** Whoever goes up wants to look at something. */
  onScrollUp: () => void;
  /** Time, rows or widths are others, by what a person did. */
  onChange: () => void;
}

/** Below this width, in pixels, the name stands over the bar. */
const NARROW_PX = 480;

export class SpansPicture {
  readonly waterfall: Waterfall;
  readonly splitter: NameSplitter;
  private readonly minimap: MinimapView;
  private isNarrow = false;
  private frame = 0;

  private constructor(
    private readonly options: SpansPictureOptions,
    { grid, sizer, axis, overlay, minimap, splitter }: Places,
  ) {
    const { host, model, text, onChoose, onOpen, onChange } = options;
    this.waterfall = new Waterfall({ grid, sizer, axis, overlay, model, text, onChoose, onOpen, onChange });
    this.minimap = new MinimapView(minimap, model, onChange);
    this.splitter = new NameSplitter(splitter, host, onChange);
    grid.addEventListener('click', (event) => {
      if (event.target instanceof Element && !event.target.classList.contains('span-twisty')) options.onClick();
    });
    grid.addEventListener('wheel', (event) => {
      if (event.deltaY < 0 && !event.ctrlKey) options.onScrollUp();
    });
    new ResizeObserver(() => this.measure()).observe(host);
    this.measure();
  }

  /** Undefined while the elements are not there. */
  static in(options: SpansPictureOptions): SpansPicture | undefined {
    const find = (selector: string) => options.host.querySelector<HTMLElement>(selector);
    const [grid, sizer, axis, overlay] = [find('.spans-grid'), find('.grid-rows'), find('.axis'), find('.overlay')];
    const [minimap, splitter] = [find('.minimap'), find('.splitter')];
    if (!grid || !sizer || !axis || !overlay || !minimap || !splitter) return undefined;
    return new SpansPicture(options, { grid, sizer, axis, overlay, minimap, splitter });
  }

  /** With the next frame: what has changed several times by then is drawn once. */
  draw(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.drawNow());
  }

  /** For whoever goes to a row that was not there before. */
  drawNow(): void {
    this.stop();
    this.waterfall.update(this.isNarrow);
    this.minimap.drawBrush();
  }

  drawMinimap(): void {
    this.minimap.draw();
  }

  /** Nothing more is drawn before something changes. */
  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private measure(): void {
    const { host } = this.options;
    this.isNarrow = host.clientWidth > 0 && host.clientWidth < NARROW_PX;
    host.classList.toggle('is-narrow', this.isNarrow);
    this.draw();
    this.minimap.draw();
  }
}

interface Places {
  grid: HTMLElement;
  sizer: HTMLElement;
  axis: HTMLElement;
  overlay: HTMLElement;
  minimap: HTMLElement;
  splitter: HTMLElement;
}
