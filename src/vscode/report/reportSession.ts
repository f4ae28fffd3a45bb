// One open report: brings its page to the state of its run, a few times a second at most, and does what the page asks for.
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { reportOf } from '../../core/runs/runReport';
import {
  reportPageMessageSchema,
  type ReportAction,
  type ReportHostMessage,
} from '../../protocol/report/reportMessages';
import { isActiveState } from '../runs/activeState';
import type { RunsSource } from '../runs/runsSource';
import { pageOf, textsOf, type ReportPageWords } from './reportPage';

export const REFRESH_MS = 250;
/** How often times are written anew while the run works. */
const TICK_MS = 1000;

/** What a person can do from the page. Rejections are shown in one place. */
export interface ReportActions {
  act(action: ReportAction, runId: string): Promise<void>;
  showChange(runId: string, path: string): Promise<void>;
  copyText(text: string): Promise<void>;
  openFile(target: { path: string; line?: number; endLine?: number }): Promise<void>;
}

export interface ReportSessionOptions {
  runId: string;
  runs: Pick<RunsSource, 'load' | 'list' | 'onDidChange'>;
  clock: Clock;
  words: ReportPageWords;
  strings: Record<string, string>;
  locale: string;
  post: (message: ReportHostMessage) => void;
  actions: ReportActions;
  showError: (error: unknown) => void;
  log: (message: string) => void;
}

export class ReportSession implements Disposable {
  private readonly owned = new DisposableStore();
  /** Texts that the page has, so that only new ones travel. */
  private readonly sent = new Map<string, string>();
  private timer: Disposable | undefined;
  private dueAt = 0;
  private isShown = false;
  /** A task to bring into sight once the page has its report. */
  private wanted: string | undefined;

  constructor(private readonly options: ReportSessionOptions) {
    this.owned.add(
      options.runs.onDidChange((runId) => {
        if (runId === options.runId) this.schedule(REFRESH_MS);
      }),
    );
  }

  async receive(raw: unknown): Promise<void> {
    const parsed = reportPageMessageSchema.safeParse(raw);
    const { actions, runId, showError, log } = this.options;
    if (!parsed.success) {
      log(`report: a message of the page does not fit: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    try {
      if (message.type === 'ready') await this.show();
      else if (message.type === 'act') await actions.act(message.action, runId);
      else if (message.type === 'showChange') await actions.showChange(runId, message.path);
      else if (message.type === 'copyText') await actions.copyText(message.text);
      else if (message.type === 'pageError') log(`report: ${message.message}`);
      else await actions.openFile(placeOf(message));
    } catch (error) {
      showError(error);
    }
  }

  /** Brings a task into sight, now or as soon as the page is there. */
  reveal(taskId: string): void {
    if (this.isShown) this.options.post({ type: 'reveal', taskId });
    else this.wanted = taskId;
  }

  /** Nobody sees the page: nothing is sent until it is ready again. */
  hide(): void {
    this.isShown = false;
    this.timer?.dispose();
    this.timer = undefined;
  }

  dispose(): void {
    this.hide();
    this.owned.dispose();
  }

  private async show(): Promise<void> {
    const { post, strings, locale } = this.options;
    this.sent.clear();
    this.isShown = true;
    post({ type: 'strings', strings, locale });
    await this.send();
    if (this.wanted !== undefined) post({ type: 'reveal', taskId: this.wanted });
    this.wanted = undefined;
  }

  private schedule(delayMs: number): void {
    const dueAt = this.options.clock.now() + delayMs;
    if (!this.isShown || (this.timer && this.dueAt <= dueAt)) return;
    this.timer?.dispose();
    this.dueAt = dueAt;
    this.timer = this.options.clock.after(delayMs, () => {
      this.timer = undefined;
      this.send().catch((error: unknown) => this.options.showError(error));
    });
  }

  private async send(): Promise<void> {
    const { runs, runId, clock, words, post } = this.options;
    const view = await runs.load(runId);
    if (!this.isShown) return;
    if (!view) {
      post({ type: 'gone' });
      return;
    }
    const report = reportOf(view, clock.now());
    post({ type: 'report', report: pageOf(report, words, clock.now()), texts: this.newTexts(textsOf(report)) });
    if (isActiveState(view.status)) this.schedule(TICK_MS);
  }

  private newTexts(texts: ReadonlyMap<string, string>): Record<string, string> {
    const fresh = [...texts].filter(([id, text]) => this.sent.get(id) !== text);
    for (const [id, text] of fresh) this.sent.set(id, text);
    return Object.fromEntries(fresh);
  }
}

function placeOf({ path, line, endLine }: { path: string; line?: number | undefined; endLine?: number | undefined }) {
  return { path, ...(line !== undefined && { line }), ...(endLine !== undefined && { endLine }) };
}
