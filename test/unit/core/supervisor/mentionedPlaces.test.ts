import assert from 'node:assert/strict';
import { mentionedPlaces } from '../../../../src/core/supervisor/mentionedPlaces';

describe('mentionedPlaces', () => {
  it('finds paths in prose, each once', () => {
    const text = 'Guard `divide()` in src/math.ts:5 and (packages/api/), see README.md. Then src/math.ts again.';
    assert.deepEqual(mentionedPlaces(text), ['src/math.ts', 'packages/api']);
  });

  it('leaves addresses, versions and plain words alone', () => {
    assert.deepEqual(mentionedPlaces('Use https://example.org/a/b and version 1.2.3. Fast, e.g. now'), []);
  });
});
