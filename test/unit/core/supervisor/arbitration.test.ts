import assert from 'node:assert/strict';
import { OfflineChatModel } from '../../../../src/adapters/offline/offlineChatModel';
import { settleDispute, verdictLine, type Dispute } from '../../../../src/core/supervisor/arbitration';
import { settleFile, type FileDispute } from '../../../../src/core/supervisor/fileArbitration';
import { secretGuardrail } from '../../../../src/core/agents/guardrails/secretGuardrail';
import type { ModelCallRequest } from '../../../../src/core/model/modelCaller';
import { type ScriptedReply } from '../../../support/scriptedModel';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { TeamFixture } from '../../../support/teamFixture';

const verdict = (input: Record<string, unknown>): ScriptedReply => ({
  toolCalls: [{ name: 'submit_verdict', arguments: input }],
});
const arbiter = (...steps: CallerStep[]) => new TeamFixture({ steps: { arbiter: steps } });
const DISPUTE: Dispute = {
  about: 'the severity of src/a.ts:5',
  request: 'Is this safe?',
  positions: [
    { by: 'dev', text: 'It is fine.' },
    { by: 'qa', text: 'It divides by zero.', reasons: 'divide(1, 0) gives Infinity (src/a.ts:5).' },
  ],
};
const settle = (team: TeamFixture, dispute = DISPUTE) => settleDispute(team.services, dispute, team.recorded.context);

/** Answers as the offline policy does. */
async function offline({ role, messages, tools }: ModelCallRequest): Promise<ScriptedReply> {
  const toolCalls: ScriptedReply['toolCalls'] = [];
  let text = '';
  for await (const part of new OfflineChatModel().stream({ role, messages, tools }, new AbortController().signal)) {
    if (part.type === 'toolCall') toolCalls.push(part.call);
    if (part.type === 'text') text += part.text;
  }
  return { text, toolCalls };
}

describe('settleDispute', () => {
  it('shows the arbiter every position with its reasons, marked, and takes the one that it chooses', async () => {
    const team = arbiter(verdict({ verdict: 'choose', side: 'B', explanation: 'src/a.ts:5 shows it.' }));
    const settlement = await settle(team);
    const [conflict] = team.recorded.payloads('conflict.resolved');
    assert.deepEqual(conflict, { between: ['dev', 'qa'], verdict: 'chosen: qa', explanation: 'src/a.ts:5 shows it.' });
    assert.equal(settlement.outcome === 'chosen' && settlement.position, 1);
    assert.equal(settlement.eventId, team.recorded.events.at(-1)?.id);
    const [said = ''] = team.transcript(0);
    assert.match(said, /severity of src\/a\.ts:5/);
    assert.match(said, /Is this safe\?/);
    assert.match(said, /<untrusted source="position A">\nIt is fine\.\n<\/untrusted>/);
    assert.match(said, /<untrusted source="position B">\nIt divides by zero\.\n\nReasons:\ndivide\(1, 0\)/);
    team.assertClean();
  });

  it('leaves the span of the contract, with who was against whom and what came of it', async () => {
    const team = arbiter(verdict({ verdict: 'combine', text: 'Guard b = 0.', explanation: 'Both are right.' }));
    const settlement = await settle(team);
    assert.equal(settlement.outcome === 'combined' && settlement.text, 'Guard b = 0.');
    assert.deepEqual(team.recorded.spanTree(), ['arbitrate', '  chat scripted']);
    const { attributes } = team.recorded.span('arbitrate');
    assert.deepEqual(attributes['agent_team.conflict.between'], ['dev', 'qa']);
    assert.equal(attributes['agent_team.conflict.verdict'], 'combined');
    assert.match(String(attributes['agent_team.prompt.version']), /^[0-9a-f]{12}$/);
    assert.equal(
      verdictLine(DISPUTE.about, ['dev', 'qa'], settlement),
      '**Arbiter** on the severity of src/a.ts:5 (dev, qa): combined. Both are right.',
    );
    team.assertClean();
  });

  for (const [form, reply] of Object.entries<ScriptedReply>({
    'JSON in prose': { text: 'So:\n```json\n{"verdict":"choose","side":"qa","explanation":"x"}\n```' },
    'the side as the verdict': { text: '{"verdict":"B","explanation":"x"}' },
    'a number': verdict({ verdict: 'choose', side: 2, explanation: 'x' }),
    'a word before the letter': verdict({ verdict: 'Choose', side: 'position b', explanation: 'x' }),
  })) {
    it(`reads a verdict given as ${form}`, async () => {
      const settlement = await settle(arbiter(reply));
      assert.equal(settlement.verdict, 'chosen: qa');
    });
  }

  it('sends back what it can not read, with the exact faults, once', async () => {
    const team = arbiter(
      verdict({ verdict: 'choose', side: 'C', explanation: 'x' }),
      verdict({ verdict: 'choose', side: 'A', explanation: 'x' }),
    );
    assert.equal((await settle(team)).verdict, 'chosen: dev');
    assert.match(team.transcript(1).at(-1) ?? '', /"choose" needs "side": one of A, B\./);
    team.assertClean();
  });

  it('is undecided after two answers that are no verdict', async () => {
    const team = arbiter({ text: 'Hard to say.' }, { text: 'Really.' });
    const settlement = await settle(team);
    assert.equal(settlement.outcome === 'undecided' && settlement.failure?.reason, 'arbitration.invalid');
    assert.equal(team.recorded.payloads('conflict.resolved')[0]?.verdict, 'undecided');
    assert.deepEqual(team.recorded.spanTree()[0], 'arbitrate !');
    team.assertClean();
  });

  it('is undecided where there is no budget, no model or no breaker for it', async () => {
    const failure = { reason: 'model.breaker_open', message: 'Not asked.', retryable: true } as const;
    const team = arbiter({ failure });
    const settlement = await settle(team);
    assert.equal(settlement.outcome === 'undecided' && settlement.failure?.reason, 'model.breaker_open');
    assert.match(team.recorded.payloads('conflict.resolved')[0]?.explanation ?? '', /Not asked/);
    team.assertClean();
  });

  it('tells of no verdict when the run was stopped', async () => {
    const team = arbiter({ text: '' });
    team.recorded.controller.abort();
    const settlement = await settle(team);
    assert.equal(settlement.outcome === 'undecided' && settlement.failure?.reason, 'cancelled');
    assert.deepEqual(team.recorded.payloads('conflict.resolved'), []);
  });

  it('keeps secrets in what agents said from the arbiter', async () => {
    const team = new TeamFixture({
      steps: { arbiter: [verdict({ verdict: 'undecided', explanation: 'x' })] },
      guardrails: [secretGuardrail()],
    });
    const key = `ghp_${'a1B2'.repeat(10)}`;
    await settle(team, { ...DISPUTE, positions: [...DISPUTE.positions, { by: 'writer', text: `Use ${key}` }] });
    assert.doesNotMatch(team.transcript(0).join('\n'), /ghp_/);
    team.assertClean();
  });

  it('without a model takes the more severe judgement by rule, and says so', async () => {
    const team = arbiter(offline);
    const positions = [
      { by: 'dev', text: 'Severity: nit\nIt is fine.' },
      { by: 'qa', text: 'Severity: major\nIt divides by zero.' },
    ];
    const settlement = await settle(team, { ...DISPUTE, positions });
    assert.equal(settlement.verdict, 'chosen: qa');
    assert.match(settlement.explanation, /no language model was used/);
  });
});

const BASE = 'one\ntwo\nthree\nfour\nfive\n';
const FILE: FileDispute = {
  path: 'src/a.ts',
  base: BASE,
  sides: [
    { by: 'dev (task a)', text: 'one\nTWO\nthree\nfour\nFIVE\n', reasons: 'Upper case.' },
    { by: 'writer (task b)', text: 'one\n2\nthree\nfour\n5\n' },
  ],
};
const settleIt = (team: TeamFixture, dispute = FILE) => settleFile(team.services, dispute, team.recorded.context);
const places = (...list: Record<string, unknown>[]) => ({ verdict: 'settled', places: list, explanation: 'x' });

describe('settleFile', () => {
  it('asks about the places only, and builds the file from the decisions', async () => {
    const team = arbiter(verdict(places({ place: 2, side: 'B' }, { place: 1, text: 'Two, 2' })));
    const settlement = await settleIt(team);
    assert.deepEqual(settlement.outcome === 'settled' && settlement.text, 'one\nTwo, 2\nthree\nfour\n5\n');
    assert.equal(settlement.verdict, 'combined');
    const [said = ''] = team.transcript(0);
    assert.match(said, /Version A is that of dev \(task a\)\. They set out to do: Upper case\./);
    assert.match(said, /<untrusted source="place 1, version B">\n2\n\n<\/untrusted>/);
    assert.doesNotMatch(said, /three/);
    team.assertClean();
  });

  it('says whose version was chosen when all places are that one', async () => {
    const team = arbiter(verdict(places({ place: 1, side: 'A' }, { place: 2, side: 'a' })));
    const settlement = await settleIt(team);
    assert.equal(settlement.verdict, 'chosen: dev (task a)');
    assert.equal(settlement.outcome === 'settled' && settlement.text, FILE.sides[0].text);
  });

  it('calls no model for versions that merge', async () => {
    const team = arbiter();
    const theirs = { by: 'qa', text: BASE.replace('five', 'FIVE') };
    const ours = { by: 'dev', text: BASE.replace('one', 'ONE') };
    const settlement = await settleIt(team, { ...FILE, sides: [ours, theirs] });
    assert.equal(settlement.outcome === 'settled' && settlement.text, 'ONE\ntwo\nthree\nfour\nFIVE\n');
    assert.deepEqual(team.recorded.spanTree(), []);
  });

  it('keeps the line endings of the file whatever the arbiter writes', async () => {
    const team = arbiter(verdict(places({ place: 1, text: 'a\nb' }, { place: 2, text: '' })));
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const [ours, theirs] = FILE.sides;
    const settlement = await settleIt(team, {
      ...FILE,
      base: crlf(BASE),
      sides: [
        { ...ours, text: crlf(ours.text ?? '') },
        { ...theirs, text: crlf(theirs.text ?? '') },
      ],
    });
    assert.equal(settlement.outcome === 'settled' && settlement.text, 'one\r\na\r\nb\r\nthree\r\nfour\r\n');
  });

  it('decides between a change and a deletion', async () => {
    const team = arbiter(verdict(places({ place: 1, side: 'B' })));
    const gone = { by: 'dev', text: undefined };
    const settlement = await settleIt(team, { ...FILE, sides: [FILE.sides[0], gone] });
    assert.equal(settlement.outcome, 'settled');
    assert.equal(settlement.text, undefined);
    assert.equal(settlement.verdict, 'chosen: dev');
  });

  it('takes no verdict that leaves out a place or brings markers into the file', async () => {
    const team = arbiter(
      verdict(places({ place: 1, text: '<<<<<<< A\nx\n>>>>>>> B\n' })),
      verdict(places({ place: 1, side: 'A' })),
    );
    const settlement = await settleIt(team);
    assert.equal(settlement.outcome === 'undecided' && settlement.failure?.reason, 'arbitration.invalid');
    const back = team.transcript(1).at(-1) ?? '';
    assert.match(back, /Place 1: the text contains conflict markers/);
    assert.match(back, /Place 2: there is no decision for it/);
    team.assertClean();
  });

  it('leaves what is too large to the person without a model call', async () => {
    const team = arbiter();
    const lines = (word: string) => Array.from({ length: 60 }, (_, n) => `${n % 2 ? word : 'same'} ${n}\n`).join('');
    const settlement = await settleIt(team, {
      path: 'big.ts',
      base: lines('base'),
      sides: [
        { by: 'dev', text: lines('ours') },
        { by: 'qa', text: lines('theirs') },
      ],
    });
    assert.equal(settlement.outcome === 'undecided' && settlement.failure?.reason, 'arbitration.too_large');
    assert.equal(team.recorded.payloads('conflict.resolved')[0]?.verdict, 'undecided');
    team.assertClean();
  });

  it('is undecided without a model, and says so', async () => {
    const settlement = await settleIt(arbiter(offline));
    assert.equal(settlement.outcome, 'undecided');
    assert.match(settlement.explanation, /no language model was used/);
  });
});
