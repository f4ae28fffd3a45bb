import assert from 'node:assert/strict';
import { readRoutingAnswer } from '../../../../src/core/routing/routingAnswer';

const NAMES: Record<string, string> = {
  dev: 'dev',
  qa: 'qa',
  reviewer: 'qa',
  writer: 'writer',
  'db admin': 'Db Admin',
  db_admin: 'Db Admin',
};
const known = (name: string) => NAMES[name.toLowerCase()];
const read = (text: string) => readRoutingAnswer({ role: 'assistant', text, toolCalls: [] }, known);

describe('readRoutingAnswer', () => {
  const choices: [text: string, agent: string][] = [
    ['qa', 'qa'],
    [' QA. ', 'qa'],
    ['**qa**', 'qa'],
    ['`reviewer`', 'qa'],
    ['"writer"\n', 'writer'],
    ['@dev', 'dev'],
    ['Agent: qa', 'qa'],
    ['category = dev', 'dev'],
    ['Db Admin', 'Db Admin'],
    ['transfer_to_db_admin', 'Db Admin'],
    ['{"agent":"qa"}', 'qa'],
    ['```json\n{ "agent": "qa" }\n```', 'qa'],
    ['Here you are: {"category": "writer", "reason": "wants words"}', 'writer'],
    ['{"name": "transfer_to_dev", "arguments": {"reason": "a fix"}}', 'dev'],
    ['transfer_to_qa(reason="asks for a check")', 'qa'],
    ['I will call transfer_to_qa now, with transfer_to_qa.', 'qa'],
  ];
  for (const [text, agent] of choices) {
    it(`reads ${JSON.stringify(text)} as ${agent}`, () => assert.equal(read(text)?.agent, agent));
  }

  const nonsense = [
    '',
    'I think that this is about code.',
    'dev or qa',
    'transfer_to_dev or transfer_to_qa',
    '{"agent":"nobody"}',
    '{"agent":',
    '[]',
    'null',
    'devqa',
    '42',
    'The qa agent might be good, or the dev one.',
  ];
  for (const text of nonsense) {
    it(`makes nothing of ${JSON.stringify(text)}`, () => assert.equal(read(text), undefined));
  }

  it('takes the reason along, wherever it stands', () => {
    assert.equal(read('{"category": "writer", "reason": "wants words"}')?.reason, 'wants words');
    assert.equal(read('{"name": "transfer_to_dev", "arguments": {"reason": "a fix"}}')?.reason, 'a fix');
    assert.equal(read('transfer_to_qa(reason="asks for a check")')?.reason, 'asks for a check');
    assert.equal(read('qa')?.reason, undefined);
  });

  it('prefers a transfer call to the text beside it', () => {
    const call = { id: '1', name: 'transfer_to_dev', arguments: { reason: 'code' } };
    assert.equal(readRoutingAnswer({ role: 'assistant', text: 'qa', toolCalls: [call] }, known)?.agent, 'dev');
  });
});
