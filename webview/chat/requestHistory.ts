// Up and Down in the input: earlier requests of the thread, and back to what was being typed.

export class RequestHistory {
  private position = 0;
  private typed = '';

  /** `step` is -1 for older, 1 for newer. Undefined when there is nothing further. */
  move(requests: readonly string[], step: -1 | 1, current: string): string | undefined {
    if (this.position === 0) this.typed = current;
    const next = this.position - step;
    if (next < 0 || next > requests.length) return undefined;
    this.position = next;
    return next === 0 ? this.typed : requests[requests.length - next];
  }

  /** What was typed counts as new again. */
  reset(): void {
    this.position = 0;
  }

  get isBrowsing(): boolean {
    return this.position > 0;
  }
}
