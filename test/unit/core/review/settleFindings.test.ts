import assert from 'node:assert/strict';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import { joinFindings, type SourcedFinding } from '../../../../src/core/review/joinFindings';
import { findContradictions, settleFindings } from '../../../../src/core/review/settleFindings';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { TeamFixture } from '../../../support/teamFixture';

const finding = (by: SourcedFinding['by'], change: Partial<FindingDraft>): SourcedFinding => ({
  by,
  finding: {
    path: 'a.ts',
    startLine: 5,
    endLine: 5,
    severity: 'major',
    category: 'bug',
    title: 'Division by zero is not guarded',
    why: 'The divisor may be zero.',
    evidence: 'return a / b;',
    confidence: 0.8,
    ...change,
  },
});
const RULE = finding('rule', { severity: 'blocker', rule: 'unguarded-division' });
const NIT = finding('reviewer', { severity: 'nit', why: 'All callers check.' });
const repair = (newText: string) => ({ oldText: 'a / b', newText });

const verdict = (input: Record<string, unknown>): CallerStep => ({
  toolCalls: [{ name: 'submit_verdict', arguments: { explanation: 'a.ts:9 decides it.', ...input } }],
});
async function settle(sourced: SourcedFinding[], ...steps: CallerStep[]) {
  const team = new TeamFixture({ steps: { arbiter: steps } });
  const settled = await settleFindings(team.services, { sourced, request: 'Review this.' }, team.recorded.context);
  team.assertClean();
  return { team, settled, joined: joinFindings(settled.sourced) };
}

describe('contradictory findings', () => {
  it('are two about one cause whose severities are far apart, or whose repairs exclude each other', () => {
    const one = finding('rule', { suggestion: repair('safe(a, b)') });
    assert.deepEqual(findContradictions([RULE, NIT]), [[0, 1]]);
    assert.deepEqual(findContradictions([one, finding('reviewer', { suggestion: repair('b ? a / b : 0') })]), [[0, 1]]);
    for (const other of [
      finding('reviewer', { severity: 'minor' }),
      finding('reviewer', { severity: 'nit', path: 'b.ts' }),
      finding('reviewer', { suggestion: repair(' safe(a,  b) ') }),
      finding('reviewer', { severity: 'nit', category: 'docs', title: 'Comment is missing', why: '', evidence: 'x' }),
    ])
      assert.deepEqual(findContradictions([one, other]), []);
  });

  it('have the severity of the one that the arbiter chooses, which sees both with their evidence', async () => {
    const { team, settled, joined } = await settle([RULE, NIT], verdict({ verdict: 'choose', side: 'A' }));
    assert.deepEqual(
      joined.map(({ severity }) => severity),
      ['blocker'],
    );
    const [said = ''] = team.transcript(0);
    assert.match(said, /disagreement about a\.ts:5/);
    assert.match(said, /source="position A">\nSeverity: blocker[^]*Evidence: return a \/ b;/);
    assert.match(said, /Position B is that of the reviewer/);
    assert.deepEqual(settled.notes, [
      '**Arbiter** on a.ts:5 (the analysis (unguarded-division), the reviewer): chosen: the analysis (unguarded-division). a.ts:9 decides it.',
    ]);
    assert.equal(settled.eventId, team.recorded.events.at(-1)?.id);
  });

  it('have the repair of the chosen one, and none where nothing is decided', async () => {
    const sides = [
      finding('rule', { suggestion: repair('one()') }),
      finding('reviewer', { suggestion: repair('two()') }),
    ];
    const chosen = await settle(sides, verdict({ verdict: 'choose', side: 'B' }));
    assert.deepEqual(
      chosen.joined.map(({ suggestion }) => suggestion?.newText),
      ['two()'],
    );
    const undecided = await settle(sides, verdict({ verdict: 'undecided' }));
    assert.deepEqual(
      undecided.joined.map(({ suggestion }) => suggestion),
      [undefined],
    );
  });

  it('keep the worse severity, with the reason of both, where they are combined or undecided', async () => {
    const combined = await settle(
      [RULE, NIT],
      verdict({ verdict: 'combine', text: 'Only average() calls it with 0.' }),
    );
    assert.deepEqual(
      combined.joined.map(({ severity, why }) => [severity, why]),
      [['blocker', 'Only average() calls it with 0.']],
    );
    const failure = { reason: 'model.unavailable', message: 'Down.', retryable: true } as const;
    const failed = await settle([RULE, NIT], { failure });
    assert.deepEqual(
      failed.joined.map(({ severity }) => severity),
      ['blocker'],
    );
    assert.match(failed.settled.notes[0] ?? '', /undecided\. Down\./);
  });

  it('cost nothing where there are none, and a bounded number of calls where there are many', async () => {
    const none = await settle([RULE, finding('reviewer', { severity: 'major' })]);
    assert.deepEqual(none.settled.notes, []);
    const many = Array.from({ length: 6 }, (_, n) =>
      [RULE, NIT].map(({ by, finding: draft }) => ({ by, finding: { ...draft, path: `${n}.ts` } })),
    ).flat();
    const step = verdict({ verdict: 'choose', side: 'A' });
    const { settled, joined } = await settle(many, step, step, step, step);
    assert.equal(settled.notes.length, 4);
    assert.equal(joined.length, 6);
  });
});
