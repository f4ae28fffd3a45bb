// `@team` in VS Code's own chat, answered by the model that is chosen there: streams, commands, buttons, follow-ups.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { untilPasses } from '../support/until';
import { Comments } from './support/comments';
import { useEditor } from './support/useEditor';
import type { Window } from './support/window';

const call = (name: string, input: object) => ({ call: { name, input } });

describe("the team in VS Code's own chat", function () {
  this.timeout(180_000);
  const editor = useEditor({ fixtures: ['lm-provider'] });
  let window: Window;
  before(async () => {
    window = await editor().window();
    // Not the model that the chat has: `@team` answers with the one that was chosen in the chat.
    await editor().configure({ 'agentTeam.provider': 'offline' });
    await window.host.activate('agent-team-fixtures.lm-provider');
    await window.host.execute('lmProvider.offerModels', [{ id: 'chosen', family: 'chosen', name: 'Chosen One' }]);
    await window.openFile('src/math.ts', 8);
  });

  const session = () => window.page.locator('.interactive-session');
  const last = () => session().locator('.interactive-item-container.interactive-response').last();
  const requests = async () => (await window.host.execute('lmProvider.requests')) as { model: string }[];

  /** Types a turn and sends it; its answer once `text` stands in it. */
  async function say(turn: string, answers: readonly object[], text: string | RegExp): Promise<Locator> {
    await window.host.execute('lmProvider.scriptAnswers', answers);
    await window.host.execute('workbench.action.chat.open', { query: turn, isPartialQuery: true });
    const typed = session().locator('.interactive-input-part .view-lines', { hasText: turn.trim() });
    await typed.waitFor();
    // Enter counts once the session that has just opened takes turns: then what was typed is gone, but for the name.
    await untilPasses(async () => {
      await session().locator('.interactive-input-part .monaco-editor.focused').waitFor({ timeout: 3_000 });
      if (await typed.isVisible()) await window.page.keyboard.press('Enter');
      if (turn.trim() !== '@team') await typed.waitFor({ state: 'detached', timeout: 3_000 });
    });
    await last().getByText(text).first().waitFor({ timeout: 60_000 });
    return last();
  }

  it('streams the answer of the agent that the router picks, with a button for the trace and a follow-up', async () => {
    const answer = await say(
      '@team is this safe?',
      [
        { parts: [call('transfer_to_qa', { reason: 'asks whether it is safe' })] },
        { parts: [call('read_file', { path: 'src/math.ts' })] },
        { parts: [{ text: '`divide` has no guard ' }, { text: 'for **zero**.' }] },
      ],
      'for zero.',
    );
    assert.ok((await requests()).every(({ model }) => model === 'chosen'));
    await window.screenshot('test-results/native-chat/answer.png');
    await answer.getByRole('button', { name: 'Open trace' }).click();
    await window.webviewWith('span-row', 40_000);
    await session().getByText('Fix it with dev').waitFor();
  });

  it('goes on with a follow-up in the same conversation: dev changes the file, a button shows the change', async () => {
    const edits = [{ oldText: 'return a / b;', newText: 'return b === 0 ? 0 : a / b;' }];
    await window.host.execute('lmProvider.scriptAnswers', [
      { parts: [call('edit_file', { path: 'src/math.ts', edits })] },
      { parts: [{ text: 'A guard is proposed.' }] },
    ]);
    await session().getByText('Fix it with dev').click();
    await last().getByText('A guard is proposed.').waitFor({ timeout: 60_000 });
    const [request] = (await requests()).slice(-2);
    assert.match(JSON.stringify(request), /has no guard/, 'the conversation is known');
    await last().getByRole('button', { name: 'Show changes' }).click();
    await window.page.locator('.monaco-diff-editor').first().waitFor();
    await session().getByText('Let qa look at the changes').waitFor();
  });

  it('/review reviews the uncommitted changes and shows the findings on the lines', async () => {
    const finding = {
      ...{ path: 'src/stock.ts', startLine: 1, endLine: 1, severity: 'major', category: 'bug' },
      ...{ title: 'An unknown book breaks it', why: 'find() may give nothing.' },
      evidence: 'return item!.count / totalCount(shelf);',
    };
    await say(
      '@team /review',
      [{ parts: [call('report_findings', { findings: [finding] })] }, { parts: [{ text: 'One bug.' }] }],
      /An unknown book breaks it/,
    );
    await session().getByText('Fix the findings with dev').waitFor();
    await window.openFile('src/stock.ts', 36);
    await new Comments(window).open(36, 'An unknown book breaks it');
  });

  it('/goal plans, works and joins', async () => {
    const tasks = [{ id: 'look', agent: 'researcher', title: 'Look', description: 'Look around.' }];
    await say(
      '@team /goal describe the shop',
      [
        { parts: [call('submit_plan', { tasks })] },
        { parts: [{ text: 'It sells books.' }] },
        { parts: [{ text: 'The shop sells books by post.' }] },
      ],
      /sells books/,
    );
  });

  it('/researcher asks that agent without a router, and an empty turn is told what to type', async () => {
    const before = (await requests()).length;
    await say('@team /researcher where are orders kept?', [{ parts: [{ text: 'In a database.' }] }], 'In a database.');
    assert.equal((await requests()).length, before + 1, 'no router was asked');
    await say('@team ', [], /Ask something/);
  });
});
