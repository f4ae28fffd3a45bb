// Where the conversation is scrolled to: it follows the end only for those who are at the end, and earlier messages push nothing away.

/** So close to the end counts as being there, in pixels. */
const NEAR = 32;

export class ScrollKeeper {
  private following = true;
  private lastTop = 0;
  /** Distance to the end before earlier messages came in. */
  private anchor: number | undefined;

  constructor(
    private readonly scroller: HTMLElement,
    /** False for what is read from its beginning, as an empty chat is: then nothing is followed. */
    private readonly hasEnd: () => boolean,
    private readonly onChange: () => void,
  ) {
    scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    // A taller input must not cover the end of the answer, nor must a narrower view push it down. Turns that come into
    // sight by that get their real height one frame later.
    new ResizeObserver(() => {
      this.settle();
      requestAnimationFrame(() => this.settle());
    }).observe(scroller);
  }

  /** True too where there is no end to go to. */
  get isFollowing(): boolean {
    return this.following || !this.hasEnd();
  }

  /** Call before earlier messages are put in front. */
  holdPlace(): void {
    this.anchor = this.scroller.scrollHeight - this.scroller.scrollTop;
  }

  /** Call after the conversation changed. */
  settle(): void {
    if (this.anchor !== undefined) {
      this.scroller.scrollTop = this.scroller.scrollHeight - this.anchor;
      this.anchor = undefined;
    } else if (this.following && this.hasEnd()) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** To the end, or to the beginning of what has none. */
  toEnd(): void {
    this.follow(true);
    this.scroller.scrollTop = this.hasEnd() ? this.scroller.scrollHeight : 0;
  }

  /** Goes to an element and stays there. */
  toElement(element: Element): void {
    this.follow(false);
    element.scrollIntoView({ block: 'start' });
    this.scrolled();
  }

  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    const wentUp = scrollTop < this.lastTop;
    this.lastTop = scrollTop;
    if (!this.hasEnd()) return;
    // Text that grew takes nobody away from the end; only going up does.
    if (this.following && !isNear && !wentUp) this.settle();
    else this.follow(isNear);
  }

  private follow(following: boolean): void {
    if (following === this.following) return;
    this.following = following;
    this.onChange();
  }
}
