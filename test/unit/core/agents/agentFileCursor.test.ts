import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { agentFileCursor } from '../../../../src/core/agents/agentFileCursor';

/** What is at the bar. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  return agentFileCursor(marked.replace('|', ''), offset);
}
const placeOf = (marked: string) => at(marked)?.place;

describe('the cursor in an agent file', () => {
  it('stands on a key at the beginning of a line, and knows the other keys', () => {
    const cursor = at('---\nname: a\nto|\nmodel: m\n---\nbody');
    assert.equal(cursor?.place, 'key');
    assert.equal(cursor.word, 'to');
    assert.deepEqual(cursor.present, ['name', 'model']);
  });

  it('is nowhere in the body, without a header, and after a key whose value is free', () => {
    for (const marked of [
      '---\nname: a\n---\nbo|dy',
      'na|me',
      '---\nname: he|y\n---\n',
      '---\ndescription: |\n---\n',
      '|---\n---\n',
    ]) {
      assert.equal(at(marked), undefined, marked);
    }
  });

  it('stands among tools in both spellings of a list, with what the list has already', () => {
    for (const marked of [
      "---\ntools: ['read', 'se|']\n---\n",
      '---\ntools: [read, se|\n---\n',
      '---\ntools:\n  - read\n  - se|\n---\n',
      '---\ntools:\n- read\n- se|\nmodel: m\n---\n',
      '---\ntools: [read,\n  se|]\n---\n',
      '---\r\ntools:\r\n  - read\r\n  - se|\r\n---\r\n',
    ]) {
      const cursor = at(marked);
      assert.equal(cursor?.place, 'tool', marked);
      assert.equal(cursor.word, 'se', marked);
      assert.deepEqual(cursor.present, ['read'], marked);
    }
    assert.equal(at('---\ntools: [|]\n---\n')?.word, '');
    assert.equal(at('---\ntools:\n  - |\n---\n')?.word, '');
    assert.equal(at("---\ntools: ['github/*', x/y|]\n---\n")?.word, 'x/y');
  });

  it('stands among agents in their list and in a handoff', () => {
    assert.equal(placeOf('---\nagents: [q|]\n---\n'), 'agent');
    assert.equal(placeOf('---\nhandoffs:\n  - label: Go\n    agent: q|\n---\n'), 'agent');
    assert.equal(placeOf('---\nhandoffs:\n  - agent: |\n---\n'), 'agent');
  });

  it('stands on the keys of a handoff, and knows those of this very one', () => {
    const cursor = at('---\nhandoffs:\n  - label: One\n    agent: qa\n  - label: Two\n    pr|\n---\n');
    assert.equal(cursor?.place, 'handoff-key');
    assert.deepEqual(cursor.present, ['label']);
    assert.equal(placeOf('---\nhandoffs:\n  - |\n---\n'), 'handoff-key');
    assert.equal(placeOf('---\nhandoffs:\n  - label: One\n    send: t|\n---\n'), 'boolean');
    assert.equal(placeOf('---\nhandoffs:\n  - label: On|e\n---\n'), undefined);
  });

  it('works in a header that is not closed yet', () => {
    assert.equal(placeOf('---\nto|'), 'key');
    assert.equal(placeOf('---\ntools: [re|'), 'tool');
  });

  it('never throws, and replaces only what stands on one line', () => {
    const line = fc.constantFrom(
      '---',
      'tools: [a, b',
      'tools:',
      '  - x',
      'handoffs:',
      '  - agent: q',
      '    send: t',
      '',
      '\t',
      'name: é',
    );
    fc.assert(
      fc.property(fc.array(line), fc.nat(200), (lines, offset) => {
        const text = `---\n${lines.join('\n')}`;
        const cursor = agentFileCursor(text, Math.min(offset, text.length));
        if (!cursor) return;
        assert.equal(text.slice(cursor.span.start, cursor.span.end), cursor.word);
        assert.doesNotMatch(cursor.word, /\n/);
      }),
    );
  });
});
