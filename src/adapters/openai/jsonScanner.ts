// Tells, while JSON arrives in pieces, whether what has come is whole: each character is looked at once, however many pieces there are.

export class JsonScanner {
  private depth = 0;
  private hasOpened = false;
  private inString = false;
  private isEscaped = false;

  /** True once every bracket that was opened is closed again, and at least one was. */
  get isClosed(): boolean {
    return this.hasOpened && this.depth === 0 && !this.inString;
  }

  push(piece: string): void {
    for (let at = 0; at < piece.length; at += 1) this.take(piece[at]);
  }

  private take(char: string | undefined): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (this.inString) {
      if (char === '\\') this.isEscaped = true;
      else if (char === '"') this.inString = false;
    } else if (char === '"') this.inString = true;
    else if (char === '{' || char === '[') {
      this.depth += 1;
      this.hasOpened = true;
    } else if (char === '}' || char === ']') this.depth -= 1;
  }
}
