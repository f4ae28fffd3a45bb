// What each tab of the page is: an element that takes the batches of its feed, and a description by which the page finds it.
import { LitElement } from 'lit';
import type { TraceRow } from '../../src/protocol/trace/traceList';
import type { Translation } from '../shared/translation';

/** A tab as the page knows it. Its host side has the same `id`; a tab that only one of the two knows does not appear. */
export interface PageTab {
  readonly id: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** Makes the element. */
  readonly create: () => TabElement;
  /** English texts; `tab` is the tab's name. */
  readonly strings: Readonly<Record<string, string>> & { readonly tab: string };
  /** True when it shows the run that is chosen above all tabs. */
  readonly picksRun: boolean;
}

/** The tab's line to its host side and to the page around it. */
export interface TabPort {
  readonly translation: Translation<string>;
  tell(message: unknown): void;
  /** Resolves with the host side's answer; undefined when there is none. */
  ask(message: unknown): Promise<unknown>;
  /** What `keep` was last given, maybe before the page was closed. */
  readonly place: unknown;
  /** Remembers where the person is in this tab: JSON, small. */
  keep(place: unknown): void;
  /** Ends the feed and begins another, with what `since` says now. */
  restart(): void;
  /** Goes to another tab. */
  show(target: { tab: string; traceId?: string; target?: unknown }): void;
  /** The way to the chat, for a tab that has nothing to show yet. */
  readonly askTeam: { readonly label: string; run(): void };
  /** Says it to screen readers. */
  announce(text: string): void;
}

/** Plain children (no shadow root), so that one style sheet dresses the page. */
export abstract class TabElement extends LitElement {
  static override properties = { trace: { attribute: false }, traces: { attribute: false } };
  declare port: TabPort;
  /** The chosen trace, for a tab that shows one. */
  declare trace: TraceRow | undefined;
  /** All traces, newest first. */
  declare traces: readonly TraceRow[];

  /** Takes a batch of the feed; what it does not know it leaves. Resolves when it is on the screen. */
  abstract take(message: unknown, isFirst: boolean): Promise<void> | void;

  /** What the feed should begin after; sent whenever the tab comes to the front. */
  since(): unknown {
    return undefined;
  }

  /** Shows something in particular, such as a span. */
  showTarget(_target: unknown): void {
    // Most tabs have nothing in particular to show.
  }

  /** The tab came to the front. */
  shown(): void {
    // Most tabs have nothing to measure.
  }

  /** A key that was pressed anywhere on the page but in a field; true when it did something. */
  onPageKey(_event: KeyboardEvent): boolean {
    return false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
