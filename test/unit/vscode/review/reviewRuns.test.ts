import assert from 'node:assert/strict';
import { OPEN_REVIEWS_KEY } from '../../../../src/vscode/ids';
import { openReviews, reviewRuns } from '../../../../src/vscode/review/reviewRuns';

const keeping = (value: unknown) => ({ get: (key: string) => (key === OPEN_REVIEWS_KEY ? value : undefined) });
const runs = [
  { runId: 'asked', kind: 'ask' as const },
  { runId: 'answered by a review', kind: 'ask' as const },
  { runId: 'review', kind: 'review' as const },
];

describe('The runs of reviews', () => {
  it('are reviews, and requests that were answered by one whose comments are open', () => {
    assert.deepEqual(
      reviewRuns(runs, keeping(['answered by a review', 'gone'])).map(({ runId }) => runId),
      ['answered by a review', 'review'],
    );
  });

  it('are reviews alone where nothing sensible was kept', () => {
    assert.deepEqual(openReviews(keeping({ a: 1 })), []);
    assert.deepEqual(openReviews(keeping(['a', 2, null])), ['a']);
    assert.deepEqual(
      reviewRuns(runs, keeping(undefined)).map(({ runId }) => runId),
      ['review'],
    );
  });
});
