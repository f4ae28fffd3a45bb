// Columns of numbers that grow at the end and lose their oldest rows in large steps.

/** Doubles until it has room, so that appending costs the same at any length. */
export class NumberColumn<T extends Int32Array | Float64Array> {
  constructor(
    private readonly make: (length: number) => T,
    private data = make(1024),
    private used = 0,
  ) {}

  get length(): number {
    return this.used;
  }

  /** What was never set is 0. */
  at(index: number): number {
    return this.data[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.data[index] = value;
  }

  push(value: number): void {
    if (this.used === this.data.length) {
      const larger = this.make(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.used] = value;
    this.used += 1;
  }

  dropFirst(count: number): void {
    this.data.copyWithin(0, count, this.used);
    this.used -= count;
  }

  clear(): void {
    this.used = 0;
  }
}

export const int32Column = () => new NumberColumn((length) => new Int32Array(length));
export const float64Column = () => new NumberColumn((length) => new Float64Array(length));
