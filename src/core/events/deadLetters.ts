// Events that somebody could not take: kept, so that a person can look at them and send them again when the cause is gone.
import type { EventEnvelope } from '../../api';
import type { Clock } from '../clock';
import { toDisposable, type Disposable } from '../disposable';

/** Who could not take an event. */
export type DeadLetterOwner =
  /** `id` tells subscribers of one pattern apart. */
  | { kind: 'subscriber'; pattern: string; id: number }
  /** `reaction` is its key. */
  | { kind: 'reaction'; reaction: string; agent: string; topic: string };

export interface DeadLetter {
  id: string;
  event: EventEnvelope;
  owner: DeadLetterOwner;
  /** `threw`, `timeout`, or the reason of a failure. */
  reason: string;
  message: string;
  /** When it was given up, ISO-8601. */
  time: string;
  /** How often it was given up by now. */
  attempts: number;
}

/** Hands the event over again; false if whoever should take it is gone. */
export type Resend = () => boolean;

export interface DeadLettersOptions {
  clock: Clock;
  /** Default 500. */
  maxLetters?: number;
  /** Characters of all payloads together; default 8 million. */
  maxCharacters?: number;
}

const MAX_LETTERS = 500;
const MAX_CHARACTERS = 8_000_000;

interface Kept {
  letter: DeadLetter;
  characters: number;
  resend: Resend;
}

/** Bounded: the oldest letters leave, and are counted. */
export class DeadLetters {
  /** The oldest first. */
  private readonly kept = new Map<string, Kept>();
  /** How often what was sent again had failed before, by owner and event; bounded like the letters. */
  private readonly resent = new Map<string, number>();
  private readonly handlers = new Set<() => void>();
  private characters = 0;
  private pushedOut = 0;

  constructor(private readonly options: DeadLettersOptions) {}

  /** The newest first. */
  list(): DeadLetter[] {
    return [...this.kept.values()].map(({ letter }) => letter).reverse();
  }

  /** How many letters have left because there were too many. */
  get lost(): number {
    return this.pushedOut;
  }

  add(what: Pick<DeadLetter, 'event' | 'owner' | 'reason' | 'message'>, resend: Resend): DeadLetter {
    const key = keyOf(what);
    const time = new Date(this.options.clock.now()).toISOString();
    const letter: DeadLetter = { ...what, id: key, time, attempts: (this.resent.get(key) ?? 0) + 1 };
    this.resent.delete(key);
    this.keep(letter, resend);
    this.notify();
    return letter;
  }

  /** Puts letters of an earlier window back. */
  restore(letters: readonly { letter: DeadLetter; resend: Resend }[]): void {
    for (const { letter, resend } of letters) if (!this.kept.has(letter.id)) this.keep(letter, resend);
    if (letters.length > 0) this.notify();
  }

  /** Sends the event again to whoever could not take it, out of its order; `gone` keeps the letter: nobody is there to take it. */
  resend(id: string): 'sent' | 'gone' | 'unknown' {
    const kept = this.kept.get(id);
    if (!kept) return 'unknown';
    // Whoever fails at once must find what is known of the earlier attempts.
    this.resent.set(id, kept.letter.attempts);
    if (!kept.resend()) {
      this.resent.delete(id);
      return 'gone';
    }
    if (this.resent.size > this.maxLetters) this.forgetOldestResent();
    this.remove(id);
    this.notify();
    return 'sent';
  }

  drop(id: string): void {
    if (!this.kept.has(id)) return;
    this.remove(id);
    this.notify();
  }

  dropAll(): void {
    if (this.kept.size === 0) return;
    for (const id of [...this.kept.keys()]) this.remove(id);
    this.notify();
  }

  /** Called after letters came or went. Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private get maxLetters(): number {
    return this.options.maxLetters ?? MAX_LETTERS;
  }

  private keep(letter: DeadLetter, resend: Resend): void {
    this.remove(letter.id);
    const characters = sizeOf(letter.event);
    this.kept.set(letter.id, { letter, characters, resend });
    this.characters += characters;
    const { maxCharacters = MAX_CHARACTERS } = this.options;
    while (this.kept.size > this.maxLetters || (this.characters > maxCharacters && this.kept.size > 1)) {
      const oldest = this.kept.keys().next().value;
      if (oldest === undefined) return;
      this.remove(oldest);
      this.pushedOut += 1;
    }
  }

  private remove(id: string): void {
    const kept = this.kept.get(id);
    if (!kept) return;
    this.kept.delete(id);
    this.characters -= kept.characters;
  }

  private forgetOldestResent(): void {
    const oldest = this.resent.keys().next().value;
    if (oldest !== undefined) this.resent.delete(oldest);
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }
}

/** One letter for each owner and event, so that what fails again is the same letter. */
function keyOf({ owner, event }: Pick<DeadLetter, 'event' | 'owner'>): string {
  return `${owner.kind === 'subscriber' ? `subscriber ${owner.id}` : owner.reaction} ${event.id}`;
}

/** What others publish was copied from JSON and is bounded; a payload of ours that is no JSON counts as nothing. */
function sizeOf(event: EventEnvelope): number {
  try {
    return JSON.stringify(event.payload).length;
  } catch {
    return 0;
  }
}
