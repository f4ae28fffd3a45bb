// Words that come again and again travel once, and then as numbers.

/** The words of one feed; 0 is no word. */
export class WordNumbers {
  private readonly numbers = new Map<string, number>();

  /** What comes after `most` words has none. */
  constructor(private readonly most: number) {}

  /** A word that is new is put into `added`. */
  numberOf(text: string | undefined, added: string[]): number {
    if (text === undefined || text === '') return 0;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.numbers.size >= this.most) return 0;
    const number = this.numbers.size + 1;
    this.numbers.set(text, number);
    added.push(text);
    return number;
  }
}
