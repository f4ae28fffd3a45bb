// The line between names and bars, moved by pointer or arrow keys.
import { followPointer } from './followPointer';

const MINIMUM = 0.15;
const MAXIMUM = 0.8;
const STEP = 0.02;
const DEFAULT = 0.36;

export class NameSplitter {
  private current = DEFAULT;

  /** `host` gets the width of the names as `--name-width`. */
  constructor(
    private readonly handle: HTMLElement,
    private readonly host: HTMLElement,
    private readonly onChange: () => void,
  ) {
    handle.addEventListener('pointerdown', (event) => this.drag(event));
    handle.addEventListener('keydown', (event) => this.onKey(event));
    handle.addEventListener('dblclick', () => this.move(DEFAULT));
    this.set(DEFAULT);
  }

  /** Part of the width that the names have. */
  get part(): number {
    return this.current;
  }

  set(part: number): void {
    this.current = Math.min(MAXIMUM, Math.max(MINIMUM, part));
    this.host.style.setProperty('--name-width', `${(this.current * 100).toFixed(2)}%`);
    this.handle.ariaValueNow = String(Math.round(this.current * 100));
  }

  private move(part: number): void {
    this.set(part);
    this.onChange();
  }

  private drag(down: PointerEvent): void {
    const { parentElement } = this.handle;
    if (!parentElement || down.button !== 0) return;
    const { left, width } = parentElement.getBoundingClientRect();
    followPointer(this.handle, down, (move) => this.move((move.clientX - left) / width));
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    this.move(this.current + step);
    event.preventDefault();
  }
}
