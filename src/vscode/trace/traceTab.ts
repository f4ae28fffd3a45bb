// What a tab of the page of events and traces is on this side: a feed that begins when the tab is on the screen and ends when
// it is not. To add a tab: a schema of its own in src/protocol/trace, a `TraceTab` in src/composition/trace.ts, an element in
// webview/trace/tabs.ts. Nothing here needs to know it.
import type * as z from 'zod/mini';
import type { Disposable } from '../../core/disposable';

export interface TraceTab {
  readonly id: string;
  /** Texts of the tab in English, sent to the page in the display language; none for a feed without a tab. */
  readonly strings?: Readonly<Record<string, string>>;
  /** `since` is what the page's element said about how far it got; anything that does not parse is as nothing. */
  open(page: TabPage, since: unknown): TabFeed;
}

/** The page, as a feed sees it. */
export interface TabPage {
  /** There may be something new to collect. Cheap: call it as often as you like. */
  touch(): void;
}

/** One tab on one page. It owns whatever it subscribes to; disposing ends everything. */
export interface TabFeed extends Disposable {
  /**
   * The next message for the page, JSON and small enough to be read within a frame; undefined when it has everything. It is
   * asked for again after the page has shown the one before, until it has nothing more.
   */
  collect(): unknown;
  /** True when the next batch need not wait: a backlog, not news. */
  hasBacklog?(): boolean;
  /** Takes what the page tells; throws a `MalformedMessage` for what it does not know. */
  receive?(message: unknown): void | Promise<void>;
  /** Answers what the page asks; throws a `MalformedMessage` for what it does not know. */
  answer?(message: unknown): Promise<unknown>;
}

/** A message of the page that does not fit: logged and dropped. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

export function parseMessage<T extends z.ZodMiniType>(schema: T, message: unknown): z.infer<T> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  throw new MalformedMessage(parsed.error.issues.map((issue) => issue.path.join('.')).join(', '));
}
