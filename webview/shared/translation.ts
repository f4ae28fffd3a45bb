// A page's texts: English until its host brings the display language.
import { fillIn } from '../../src/protocol/fillIn';

export class Translation<Key extends string> {
  private strings: Readonly<Record<string, string>>;
  locale = 'en';

  /** `english` names every text of the page. */
  constructor(private readonly english: Readonly<Record<Key, string>>) {
    this.strings = english;
  }

  use(strings: Readonly<Record<string, string>>, locale: string): void {
    this.strings = { ...this.english, ...strings };
    this.locale = locale;
  }

  readonly text = (key: Key, ...values: (string | number)[]): string =>
    fillIn(this.strings[key] ?? this.english[key], values);

  number(value: number): string {
    return new Intl.NumberFormat(this.locale).format(value);
  }

  /** The time of today, the date of other days. */
  moment(iso: string, now: Date): string {
    const date = new Date(iso);
    const sameDay = date.toDateString() === now.toDateString();
    const options: Intl.DateTimeFormatOptions = sameDay
      ? { hour: '2-digit', minute: '2-digit' }
      : { month: 'short', day: 'numeric', ...(date.getFullYear() !== now.getFullYear() && { year: 'numeric' }) };
    return new Intl.DateTimeFormat(this.locale, options).format(date);
  }
}
