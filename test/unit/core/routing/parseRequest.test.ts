import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRequest, type ParsedRequest } from '../../../../src/core/routing/parseRequest';
import { TeamFixture } from '../../../support/teamFixture';

function parse(text: string): ParsedRequest {
  const { registry } = new TeamFixture({ steps: [], settings: { agents: { disabled: ['researcher'] } } });
  registry.register({ name: 'Db Admin', description: '', source: 'api', prompt: '', tools: [], handoffs: [] });
  return parseRequest(text, registry);
}

describe('parseRequest', () => {
  const mentions: [request: string, agents: string[], text: string][] = [
    ['/dev fix the loop', ['dev'], 'fix the loop'],
    ['  /qa\nis this safe?', ['qa'], 'is this safe?'],
    ['@qa is this safe?', ['qa'], 'is this safe?'],
    ['@qa, is this safe?', ['qa'], 'is this safe?'],
    ['@qa: is this safe?', ['qa'], 'is this safe?'],
    ['is this safe, @qa?', ['qa'], 'is this safe?'],
    ['is this safe @qa', ['qa'], 'is this safe'],
    ['ask @qa whether this is safe', ['qa'], 'ask @qa whether this is safe'],
    ['@dev @qa compare these', ['dev', 'qa'], 'compare these'],
    ['@dev and @qa: compare these', ['dev', 'qa'], 'compare these'],
    ['@dev @dev go', ['dev'], 'go'],
    ['@reviewer look', ['qa'], 'look'],
    ['@db_admin tune it', ['Db Admin'], 'tune it'],
    ['(@writer) explain', ['writer'], '(@writer) explain'],
    ['/dev', ['dev'], ''],
  ];
  for (const [request, agents, text] of mentions) {
    it(`reads ${JSON.stringify(request)}`, () => {
      const parsed = parse(request);
      assert.deepEqual(parsed.agents, agents);
      assert.equal(parsed.text, text);
    });
  }

  const plain = [
    'write to dev@qa.example about it',
    'mail me: me@dev',
    'why does @Component not work?',
    'why does @Test fail?',
    '@Dev is not how we write it',
    'what is @docs/site?',
    'install @dev/tools and @types/node',
    'the decorator @test() runs twice',
    'the decorator @test\n  public void works() {}',
    'look at `@qa` here',
    '```\n@qa\n/dev\n#selection\n```',
    'unclosed ```\n@qa #changes',
    '/dev/null is full',
    'please /dev this',
    'see http://x.example/@qa',
    '@nobody hello',
    '@qa-team hello',
    '@qa.example hello',
    'a C comment #include <x>, issue #12, colour #fff, a#selection, ##problems',
    '#selections and #problems-list and #file: nothing',
  ];
  for (const request of plain) {
    it(`sees no mention and no reference in ${JSON.stringify(request)}`, () => {
      const { text, agents, disabled, isGoal, references } = parse(request);
      assert.deepEqual(
        { text, agents, disabled, isGoal, references },
        {
          text: request.trim(),
          agents: [],
          disabled: [],
          isGoal: false,
          references: [],
        },
      );
    });
  }

  it('names agents that are switched off apart', () => {
    const parsed = parse('@researcher @dev look');
    assert.deepEqual([parsed.agents, parsed.disabled, parsed.text], [['dev'], ['researcher'], 'look']);
  });

  it('knows a review by /review, and an agent of that name where there is one', () => {
    const asked = parse('/review #changes, errors above all');
    assert.deepEqual([asked.isReview, asked.agents, asked.text], [true, [], 'the changes, errors above all']);
    assert.deepEqual([parse('/review').isReview, parse('please /review').isReview], [true, false]);
    const { registry } = new TeamFixture({ steps: [] });
    registry.register({ name: 'review', description: '', source: 'api', prompt: '', tools: [], handoffs: [] });
    const own = parseRequest('/review it', registry);
    assert.deepEqual([own.isReview, own.agents], [false, ['review']]);
  });

  it('knows a goal by /goal and @supervisor', () => {
    assert.deepEqual(
      ['/goal add tests', '@supervisor add tests'].map((text) => [parse(text).isGoal, parse(text).text]),
      [
        [true, 'add tests'],
        [true, 'add tests'],
      ],
    );
  });

  it('reads references and writes them out as words', () => {
    const parsed = parse(
      'explain #selection and #problems in #file:src/a.ts:10-20, not #changes; see #symbol:Foo.bar.',
    );
    assert.deepEqual(parsed.references, [
      { kind: 'selection' },
      { kind: 'problems' },
      { kind: 'file', path: 'src/a.ts', startLine: 10, endLine: 20 },
      { kind: 'changes' },
      { kind: 'symbol', name: 'Foo.bar' },
    ]);
    assert.equal(
      parsed.text,
      'explain the selection and the problems in src/a.ts:10-20, not the changes; see Foo.bar.',
    );
  });

  it('reads paths with spaces, single lines and lines in the wrong order, each file once', () => {
    const parsed = parse('#file:"my docs/read me.md" #file:a.ts:7 #file:b.ts:9-3 #file:a.ts:7 #file:C:\\x.ts');
    assert.deepEqual(parsed.references, [
      { kind: 'file', path: 'my docs/read me.md' },
      { kind: 'file', path: 'a.ts', startLine: 7, endLine: 7 },
      { kind: 'file', path: 'b.ts', startLine: 3, endLine: 9 },
      { kind: 'file', path: 'C:\\x.ts' },
    ]);
  });

  it('leaves the code of a request as it is', () => {
    const code = '```ts\n@Component({})\nclass A { /* #selection @dev */ }\n```';
    const parsed = parse(`@qa check\n${code}`);
    assert.deepEqual([parsed.agents, parsed.references, parsed.text], [['qa'], [], `check\n${code}`]);
  });

  it('never throws, never loses code, and does not change what it has cleaned', () => {
    const pieces = fc.constantFrom(
      '@qa',
      '@dev',
      '/dev',
      '#selection',
      '#file:a.ts',
      '`@qa`',
      'text',
      ' ',
      '\n',
      ',',
      '.',
      '@',
      '#',
      'é',
      '(',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const request = parts.join('');
        const parsed = parse(request);
        const count = (text: string) => text.split('`@qa`').length;
        assert.equal(count(parsed.text), count(request));
        assert.ok(parsed.agents.every((agent) => agent === 'qa' || agent === 'dev'));
        assert.ok(!/(?<![\w#&/])#selection(?![\w:-])/.test(parsed.text.replace(/`[^`\n]*`/g, '')));
      }),
    );
  });
});
