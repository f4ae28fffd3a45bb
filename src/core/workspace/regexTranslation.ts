// Rust's regular-expression syntax (ripgrep's) as a JavaScript pattern with the `v` flag. What has no counterpart is refused in words.
import { failure, type Failure } from '../failure';

export interface TranslatedRegex {
  source: string;
  flags: string;
  /** Look-around and back references: JavaScript knows them, ripgrep's default engine does not. */
  isBeyondRust: boolean;
  /** Several unbounded repetitions, which backtracking may take very long over. */
  isRisky: boolean;
}

const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
const POSIX: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9', alpha: 'a-zA-Z', ascii: '\\x00-\\x7f', blank: ' \\t', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9', graph: '\\x21-\\x7e',
  lower: 'a-z', print: '\\x20-\\x7e', punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e', space: '\\s', upper: 'A-Z', word: 'a-zA-Z0-9_', xdigit: '0-9a-fA-F',
}; // prettier-ignore
const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}', D: '\\P{Nd}', w: `[${WORD}]`, W: `[^${WORD}]`, s: '\\s', S: '\\S', h: '[\\t\\p{Zs}]',
}; // prettier-ignore
const BOUNDARY = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
const NO_BOUNDARY = `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`;
const ASSERTIONS: Readonly<Record<string, string>> = {
  b: BOUNDARY, B: NO_BOUNDARY, A: '^', z: '$', Z: '$', '<': `(?<![${WORD}])(?=[${WORD}])`, '>': `(?<=[${WORD}])(?![${WORD}])`,
}; // prettier-ignore
const CONTROL = 'tfvrna';

class PatternError extends Error {}

const literal = (character: string) =>
  /[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~]/.test(character) ? escaped(character) : character;
const escaped = (character: string) =>
  character.length === 1 && character.charCodeAt(0) < 128
    ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
    : character;

class Translator {
  private at = 0;
  private out = '';
  private depth = 0;
  private unbounded = 0;
  private isBeyondRust = false;
  private flags = 'v';

  constructor(private readonly pattern: string) {}

  translate(): TranslatedRegex {
    const leading = /^\(\?([a-z]+)\)/.exec(this.pattern);
    if (leading) {
      for (const flag of leading[1] ?? '') this.addFlag(flag);
      this.at = leading[0].length;
    }
    while (this.at < this.pattern.length) this.item();
    if (this.depth > 0) throw new PatternError('a "(" is not closed');
    return { source: this.out, flags: this.flags, isBeyondRust: this.isBeyondRust, isRisky: this.unbounded > 1 };
  }

  private addFlag(flag: string): void {
    // One line is searched at a time, so `m` is always on in effect, and a dot never meets a line's end.
    if (flag === 'i' && !this.flags.includes('i')) this.flags += 'i';
    else if (!'imsu'.includes(flag)) throw new PatternError(`the flag "${flag}" is not supported`);
  }

  private next(): string {
    const code = this.pattern.codePointAt(this.at);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  private item(): void {
    const character = this.next();
    if (character === '\\') this.out += this.escape(false);
    else if (character === '[') this.out += this.characterClass();
    else if (character === '(') this.openGroup();
    else if (character === ')') this.closeGroup();
    else if (character === '{') this.brace();
    else if ('*+?'.includes(character)) this.repetition(character);
    else if ('^$.|'.includes(character)) this.out += character;
    else this.out += literal(character);
  }

  private repetition(operator: string): void {
    if (/(^|[(|])$/.test(this.out)) throw new PatternError(`"${operator}" has nothing to repeat`);
    if (operator !== '?') this.unbounded += 1;
    this.out += operator;
    this.endOfRepetition();
  }

  private endOfRepetition(): void {
    if (this.pattern[this.at] === '?') this.out += this.next();
    if (this.pattern[this.at] === '+')
      throw new PatternError('possessive repetition ("++", "*+", "?+") is not supported');
  }

  private brace(): void {
    const rest = this.pattern.slice(this.at);
    const bounds = /^(\d+)(,(\d*))?\}/.exec(rest);
    if (bounds === null) {
      // A lone brace stands for itself: code is full of them.
      this.out += '\\{';
      return;
    }
    if (this.out === '' || this.out.endsWith('(')) throw new PatternError('"{…}" has nothing to repeat');
    if (bounds[3] === '' || Number(bounds[3] ?? 0) > 50) this.unbounded += 1;
    this.at += bounds[0].length;
    this.out += `{${bounds[0]}`;
    this.endOfRepetition();
  }

  private openGroup(): void {
    this.depth += 1;
    const rest = this.pattern.slice(this.at);
    const name = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    const look = /^\?(=|!|<=|<!)/.exec(rest);
    const flags = /^\?([a-z]*)(?:-([a-z]+))?:/.exec(rest);
    if (name) this.emitGroup(name[0], `(?<${name[1] ?? ''}>`);
    else if (look) {
      this.isBeyondRust = true;
      this.emitGroup(look[0], `(${look[0]}`);
    } else if (flags) {
      const on = (flags[1] ?? '').replaceAll(/[msu]/g, '');
      const off = (flags[2] ?? '').replaceAll(/[msu]/g, '');
      if ((on + off).replaceAll('i', '') !== '')
        throw new PatternError(`the flags in "(${flags[0]}" are not supported`);
      this.emitGroup(flags[0], on || off ? `(?${on}${off ? `-${off}` : ''}:` : '(?:');
    } else if (rest.startsWith('?')) throw new PatternError(`"(${rest.slice(0, 3)}" is not supported`);
    else this.out += '(';
  }

  private emitGroup(consumed: string, emitted: string): void {
    this.at += consumed.length;
    this.out += emitted;
  }

  private closeGroup(): void {
    this.depth -= 1;
    if (this.depth < 0) throw new PatternError('a ")" has no "("; write "\\(" and "\\)" for the characters themselves');
    this.out += ')';
  }

  private escape(inClass: boolean): string {
    const character = this.next();
    if (character === '') throw new PatternError('it ends with a lone "\\"');
    const shorthand = CLASS_ESCAPES[character];
    if (shorthand !== undefined) return shorthand;
    if (!inClass && ASSERTIONS[character] !== undefined) return ASSERTIONS[character];
    if (character === 'p' || character === 'P') return this.property(character);
    if (character === 'x' || character === 'u' || character === 'U') return this.codePoint(character);
    if (character === 'n') throw new PatternError('it spans lines, and the search goes line by line');
    if (CONTROL.includes(character)) return character === 'a' ? '\\x07' : `\\${character}`;
    if (!inClass && /[1-9]/.test(character)) {
      this.isBeyondRust = true;
      return `\\${character}`;
    }
    if (/[0-9A-Za-z]/.test(character)) throw new PatternError(`"\\${character}" is not known`);
    return literal(character);
  }

  private property(letter: string): string {
    const match = /^(?:\{(\^?)([A-Za-z_=]+)\}|([A-Z]))/.exec(this.pattern.slice(this.at));
    if (match === null) throw new PatternError(`"\\${letter}" needs a property such as {L}`);
    this.at += match[0].length;
    const name = match[2] ?? match[3] ?? '';
    const negated = (letter === 'P') !== (match[1] === '^');
    const script = ['Greek', 'Latin', 'Cyrillic', 'Han', 'Arabic', 'Hebrew', 'Hiragana', 'Katakana'].includes(name);
    return `\\${negated ? 'P' : 'p'}{${script ? `Script=${name}` : name}}`;
  }

  private codePoint(letter: string): string {
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : 8;
    const match = new RegExp(`^(?:\\{([0-9a-fA-F]{1,6})\\}|([0-9a-fA-F]{${digits}}))`).exec(
      this.pattern.slice(this.at),
    );
    if (match === null) throw new PatternError(`"\\${letter}" needs ${digits} hexadecimal digits or {…}`);
    this.at += match[0].length;
    return `\\u{${match[1] ?? match[2] ?? ''}}`;
  }

  private characterClass(): string {
    const open = this.pattern[this.at] === '^' ? `[${this.next()}` : '[';
    // Set operations take whole sets on either side: `[a-z&&b]` is `[[a-z]&&[b]]`.
    const parts: string[] = [];
    let operand = '';
    // A "]" that comes first is a character of the class.
    if (this.pattern[this.at] === ']') operand += literal(this.next());
    while (this.at < this.pattern.length) {
      const rest = this.pattern.slice(this.at, this.at + 2);
      if (rest.startsWith(']')) {
        this.at += 1;
        return parts.length === 0 ? `${open}${operand}]` : `${open}${parts.join('')}[${operand}]]`;
      }
      if (rest === '&&' || rest === '--') {
        this.at += 2;
        parts.push(`[${operand}]`, rest);
        operand = '';
      } else operand += this.classItem(operand);
    }
    throw new PatternError('a "[" is not closed');
  }

  private classItem(soFar: string): string {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.pattern.slice(this.at));
    if (posix) {
      const set = POSIX[posix[2] ?? ''];
      if (set === undefined) throw new PatternError(`the class "${posix[0]}" is not known`);
      this.at += posix[0].length;
      return `[${posix[1] ?? ''}${set}]`;
    }
    const character = this.next();
    if (character === '[') return this.characterClass();
    if (character === '\\') return this.escape(true);
    return character === '-' ? this.dash(soFar) : literal(character);
  }

  /** A dash at either end of a class, or after a set, stands for itself. */
  private dash(soFar: string): string {
    const isFirst = soFar === '';
    const isLast = this.pattern[this.at] === ']';
    const isAfterSet = soFar.endsWith(']') || /\\[pPsS](\{[^}]*\})?$/.test(soFar);
    return isFirst || isLast || isAfterSet ? '\\-' : '-';
  }
}

/** Translates a pattern, or says with `search.invalid_pattern` what is wrong with it and what to write instead. */
export function translateRegex(pattern: string): TranslatedRegex | Failure {
  try {
    const translated = new Translator(pattern).translate();
    new RegExp(translated.source, translated.flags);
    return translated;
  } catch (error) {
    const why =
      error instanceof PatternError
        ? error.message
        : (error as Error).message.replace(/^Invalid regular expression: .*: /, '');
    return failure(
      'search.invalid_pattern',
      `The regular expression ${JSON.stringify(pattern.slice(0, 200))} can't be used: ${why}. To search for the text itself, leave out isRegex.`,
    );
  }
}

/** A literal as the source of a pattern with the `v` flag. */
export function escapeRegex(text: string): string {
  return Array.from(text, literal).join('');
}
