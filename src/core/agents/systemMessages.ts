// The system messages that come with request after request: one object for each text, so that its tokens are counted once.
import type { SystemMessage } from '../model/chatModel';

/** Texts that are remembered; the one that was not used for longest goes first. */
const MAX_MESSAGES = 64;

export class SystemMessages {
  private readonly byText = new Map<string, SystemMessage>();

  of(text: string): SystemMessage {
    const message = this.byText.get(text) ?? { role: 'system', text };
    this.byText.delete(text);
    this.byText.set(text, message);
    for (const [oldest] of this.byText) {
      if (this.byText.size <= MAX_MESSAGES) break;
      this.byText.delete(oldest);
    }
    return message;
  }
}
