import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../../src/core/failure';
import { compileQuery } from '../../../../src/core/workspace/lineMatcher';
import { escapeRegex, translateRegex } from '../../../../src/core/workspace/regexTranslation';

function matches(query: string, line: string): boolean {
  const matcher = compileQuery({ query, isRegex: true });
  if (isFailure(matcher)) assert.fail(matcher.message);
  return matcher.matches(line);
}

describe('translateRegex', () => {
  const found: [pattern: string, line: string][] = [
    ['foo.*bar', 'a foo then bar'],
    ['(?i)FOO', 'foo'],
    ['(?P<name>a+)b', 'aab'],
    ['(?<name>a+)b', 'aab'],
    ['[[:digit:]]{3}', 'x123'],
    ['[^[:space:]]', 'x'],
    ['\\w+', 'über'],
    ['^\\w+$', 'größe'],
    ['\\bé', 'un été'],
    ['\\d', '٣'],
    ['\\Aabc\\z', 'abc'],
    ['\\x41\\u0042', 'AB'],
    ['\\x{1F600}', '😀'],
    ['^.$', '😀'],
    ['\\p{Greek}', 'λ'],
    ['\\pL\\p{Lu}', 'aB'],
    ['function\\s*\\(', 'function ('],
    ['\\{\\}', '{}'],
    ['{', 'if (x) {'],
    ['}', '}'],
    ['a\\/b', 'a/b'],
    ['[\\w-]+@', 'me-too@'],
    ['[a-z&&[^aeiou]]x', 'bx'],
    ['[]a]', ']'],
    ['[a-]', '-'],
    ['a{2,}', 'caat'],
    ['x(?:i|o)y', 'xoy'],
    ['(?i:a)B', 'AB'],
    ['\\<the\\>', 'on the way'],
    ['#include <', '#include <x>'],
    ["it's", "it's"],
    ['a|b|', 'zzz'],
    ['(\\w)\\1', 'book'],
    ['foo(?!bar)', 'foobaz'],
    ['\\t', '\t'],
    ['a-b', 'a-b'],
    ['café', 'café'],
  ];
  for (const [pattern, line] of found) {
    it(`finds ${JSON.stringify(line)} by ${pattern}`, () => assert.equal(matches(pattern, line), true));
  }

  const missed: [pattern: string, line: string][] = [
    ['[a-z&&[^aeiou]]x', 'ax'],
    ['\\bber', 'über'],
    ['(?i:a)B', 'ab'],
    ['\\W', 'ü'],
    ['a.c', 'abbc'],
    ['foo(?!bar)', 'foobar'],
  ];
  for (const [pattern, line] of missed) {
    it(`does not find ${JSON.stringify(line)} by ${pattern}`, () => assert.equal(matches(pattern, line), false));
  }

  const refused: [pattern: string, why: RegExp][] = [
    ['foo(', /"\(" is not closed/],
    ['foo)', /"\)" has no "\("/],
    ['[a', /"\[" is not closed/],
    ['*a', /nothing to repeat/],
    ['(+a)', /nothing to repeat/],
    ['a++', /possessive/],
    ['a\\nb', /line by line/],
    ['(?x) a', /flag "x"/],
    ['\\', /lone/],
    ['[[:nope:]]', /not known/],
    ['\\y', /not known/],
    ['(?>a)', /not supported/],
    ['[z-a]', /./],
    ['\\p{Nope}', /./],
  ];
  for (const [pattern, why] of refused) {
    it(`says what is wrong with ${pattern}`, () => {
      const result = translateRegex(pattern);
      assert.ok(isFailure(result), 'was accepted');
      assert.equal(result.reason, 'search.invalid_pattern');
      assert.match(result.message, why);
      assert.match(result.message, /leave out isRegex/);
    });
  }

  it('either translates or refuses, and never throws', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '^',
      '$',
      '\\',
      '-',
      '&',
      'a',
      '1',
      ',',
      ':',
      '<',
      'P',
      '=',
      '!',
      'ü',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const result = translateRegex(pieces.join(''));
        if (!isFailure(result)) new RegExp(result.source, result.flags);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows which patterns may take very long', () => {
    const risk = (pattern: string) => {
      const result = translateRegex(pattern);
      return !isFailure(result) && result.isRisky;
    };
    assert.deepEqual(['abc', 'a+b', '(a+)+$', '.*x.*y', 'a{2,}b{3,}', 'a{2}b{3}'].map(risk), [
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('escapeRegex', () => {
  it('makes any text match itself and nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        assert.equal(new RegExp(`^${escapeRegex(text)}$`, 'v').test(text), true);
        assert.equal(new RegExp(`^${escapeRegex(text)}$`, 'v').test(`${text}x`), false);
      }),
    );
  });
});
