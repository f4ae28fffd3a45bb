// A review that is asked for in a conversation: `/review`.
import assert from 'node:assert/strict';
import type { ContextItem } from '../../../../src/api';
import type { ReviewRequest } from '../../../../src/core/review/review';
import { openHeadlessTeam } from '../../../support/headlessTeam';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const RANGE = { start: { line: 1, character: 0 }, end: { line: 3, character: 0 } };

describe('A request that begins with /review', () => {
  const folder = useTemporaryFolder();

  async function review(request: string, context: ContextItem[] = []) {
    const asked: ReviewRequest[] = [];
    const team = await openHeadlessTeam({
      folder: folder(),
      model: () => assert.fail('no router and no agent is asked'),
      review: async (wanted) => {
        asked.push(wanted);
        return { status: 'completed', agent: 'qa', text: 'Nothing found.' };
      },
    });
    try {
      const result = await team.api.ask(request, { threadId: 'thread', context }).result;
      return { asked, result };
    } finally {
      await team.close();
    }
  }

  it('is answered by a review of all changes where nothing is attached', async () => {
    const { asked, result } = await review('/review');
    assert.deepEqual(asked, [{ target: { kind: 'changes', scope: 'working' } }]);
    assert.deepEqual(
      [result.status, result.agent, result.text, result.threadId],
      ['completed', 'qa', 'Nothing found.', 'thread'],
    );
  });

  it('is about what is attached, and looks at what the words say', async () => {
    const { asked } = await review('/review Are errors handled?', [{ uri: 'file:///w/a.ts', range: RANGE }]);
    assert.deepEqual(asked, [
      { target: { kind: 'places', places: [{ uri: 'file:///w/a.ts', range: RANGE }] }, focus: 'Are errors handled?' },
    ]);
  });

  it('is about the changes where they are named, whatever is attached', async () => {
    const { asked } = await review('/review #changes', [{ uri: 'file:///w/a.ts' }]);
    assert.deepEqual(asked, [{ target: { kind: 'changes', scope: 'working' } }]);
  });

  it('is not about the changes where it points at something that is not there', async () => {
    for (const request of ['/review #symbol:nobody', '/review #selection']) {
      const { asked } = await review(request);
      assert.deepEqual(asked, [{ target: { kind: 'places', places: [] } }], request);
    }
  });
});
