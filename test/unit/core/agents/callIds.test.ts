import assert from 'node:assert/strict';
import { CallIds } from '../../../../src/core/agents/callIds';
import type { AssistantMessage } from '../../../../src/core/model/chatModel';

const asks = (...ids: string[]): AssistantMessage => ({
  role: 'assistant',
  text: '',
  toolCalls: ids.map((id) => ({ id, name: 'read_file', arguments: {} })),
});
const idsOf = (message: AssistantMessage) => message.toolCalls.map(({ id }) => id);

describe('CallIds', () => {
  it('leaves new ids as they are', () => {
    const message = asks('a', 'b');
    assert.equal(new CallIds([], new Set()).unique(message), message);
  });

  it('makes ids new that the history or an earlier call has', () => {
    const ids = new CallIds([asks('a')], new Set(), new Set(['b']));
    assert.deepEqual(idsOf(ids.unique(asks('a', 'b', 'b', 'c'))), ['a_2', 'b_2', 'b_3', 'c']);
    assert.deepEqual(idsOf(ids.unique(asks('c'))), ['c_2']);
  });

  it('never gives one id to two agents that work for a run at once', () => {
    const inRun = new Set<string>();
    const [dev, qa] = [new CallIds([], inRun), new CallIds([], inRun)];
    assert.deepEqual(idsOf(dev.unique(asks('call_1'))), ['call_1']);
    assert.deepEqual(idsOf(qa.unique(asks('call_1'))), ['call_1_2']);
    assert.deepEqual(idsOf(dev.unique(asks('call_2'))), ['call_2']);
  });
});
