// The page's texts: English until the host's snapshot brings the display language.
import { CHAT_STRINGS, fillIn, type ChatStringKey } from '../../src/protocol/chat/chatStrings';

export class Translation {
  private strings: Record<string, string> = CHAT_STRINGS;
  locale = 'en';

  use(strings: Record<string, string>, locale: string): void {
    this.strings = { ...CHAT_STRINGS, ...strings };
    this.locale = locale;
  }

  readonly text = (key: ChatStringKey, ...values: (string | number)[]): string =>
    fillIn(this.strings[key] ?? CHAT_STRINGS[key], values);

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
