import assert from 'node:assert/strict';
import type { FileChange } from '../../../../src/api';
import { turnSchema } from '../../../../src/protocol/chat/chatTurn';
import { turnFromRun } from '../../../../src/vscode/chat/turnFromRun';
import { PLAIN_TURN_TEXTS } from '../../../support/inMemoryChat';
import { runView } from '../../../support/runViews';

const change: FileChange = {
  runId: 'run-1',
  path: 'src/a.ts',
  kind: 'modify',
  status: 'proposed',
  added: 1,
  removed: 0,
  hunks: Array.from({ length: 150 }, (_, index) => ({ id: `h${index}`, startLine: index + 1, status: 'proposed' })),
};

describe('changes of a run in the chat', () => {
  it('stand in the head of the turn, with the first hunks of each file, as the page parses them', () => {
    const turn = turnFromRun(runView({ changes: [change] }), [], PLAIN_TURN_TEXTS);
    assert.deepEqual(turnSchema.parse(turn), turn);
    const [shown] = turn.head.changes ?? [];
    assert.deepEqual([shown?.path, shown?.hunks.length, shown && 'runId' in shown], ['src/a.ts', 100, false]);
  });

  it('are left out when nothing is left of them', () => {
    const gone = { ...change, added: 0, hunks: [] };
    assert.equal(turnFromRun(runView({ changes: [gone] }), [], PLAIN_TURN_TEXTS).head.changes, undefined);
  });
});
