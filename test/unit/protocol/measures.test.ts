import assert from 'node:assert/strict';
import { agentLook } from '../../../src/protocol/agentLook';
import { formatCost, formatDuration, formatTokens } from '../../../src/protocol/measures';

describe('measures', () => {
  it('write durations with a small, steady width', () => {
    const cases: [number, string][] = [
      [0, '0 ms'],
      [12.4, '12 ms'],
      [99.6, '0.1 s'],
      [2100, '2.1 s'],
      [9960, '10 s'],
      [41_000, '41 s'],
      [59_700, '1 m 0 s'],
      [72_000, '1 m 12 s'],
      [7_500_000, '2 h 5 m'],
      [-5, '0 ms'],
    ];
    for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
  });

  it('write tokens in thousands and millions', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [999, '999'],
      [1204, '1.2k'],
      [9960, '10k'],
      [18_200, '18k'],
      [999_600, '1.0M'],
      [1_500_000, '1.5M'],
    ];
    for (const [tokens, text] of cases) assert.equal(formatTokens(tokens), text);
  });

  it('never write a small cost as nothing', () => {
    assert.equal(formatCost(0), '$0');
    assert.equal(formatCost(0.0004), '<$0.001');
    assert.equal(formatCost(0.004), '$0.004');
    assert.equal(formatCost(1.267), '$1.27');
  });

  it('gives an agent that is not built in the same look each time', () => {
    assert.deepEqual(agentLook('release-notes'), agentLook('release-notes'));
    assert.notEqual(agentLook('dev').icon, agentLook('release-notes').icon);
  });
});
