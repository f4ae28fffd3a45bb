// A person looks at what the team did in the real window: who handed over to whom, what it took, and how two runs differ.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { ScriptedModelServer } from '../support/scriptedModelServer/scriptedModelServer';
import { useEditor } from './support/useEditor';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });

describe('graph, metrics and comparison of real runs', function () {
  this.timeout(120_000);
  let server: ScriptedModelServer;
  let page: Frame;
  before(async () => {
    server = await ScriptedModelServer.start({ models: ['scripted-large'] });
  });
  after(async () => server.close());
  const editor = useEditor();
  before(async () => {
    await editor().window();
    await editor().configure({
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': server.baseUrl,
      'agentTeam.models': { default: 'scripted-large' },
    });
    for (const answer of ['It has no guard.\nAdd one.', 'It has no guard.\nThrow a RangeError.']) await ask(answer);
    const window = await editor().window();
    await window.runCommand('Agent Team: Open events and traces');
    page = await window.webviewWith('tab-graph');
  });

  /** Router, qa, a tool, dev. */
  async function ask(answer: string): Promise<void> {
    const window = await editor().window();
    await window.openViewContainer('Agent Team');
    await window.webviewWith('chat-input');
    await window.runCommand('Agent Team: New chat');
    const chat = await window.webviewWith('chat-empty');
    server.script(
      call('transfer_to_qa', { reason: 'a safety question' }),
      call('read_file', { path: 'src/math.ts' }),
      call('transfer_to_dev', { reason: 'needs a fix' }),
      { reply: { text: answer } },
    );
    await chat.getByTestId('chat-input').fill('is divide safe?');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.locator('[data-testid="chat-message"][data-role="assistant"][data-status="completed"]').waitFor();
  }

  const picture = async (name: string) => (await editor().window()).screenshot(`test-results/run-tabs-${name}.png`);

  it('shows the handoffs of the newest run, and leads from one to its span', async () => {
    await page.getByTestId('tab-graph').click();
    const agents = page.locator('.node-agent');
    await agents.nth(2).waitFor();
    await picture('graph');
    assert.deepEqual(await Promise.all((await agents.all()).map((node) => node.getAttribute('data-state'))), [
      'completed',
      'completed',
      'completed',
    ]);
    assert.match((await agents.nth(2).textContent()) ?? '', /dev[\s\S]*needs a fix/);
    await agents.nth(2).click();
    await page.getByTestId('span-detail').getByText('invoke_agent dev').first().waitFor();
  });

  it('shows what each agent has done, with the prompt behind it', async () => {
    await page.getByTestId('tab-metrics').click();
    const row = page.locator('tr[data-agent="qa"]');
    await row.first().waitFor();
    await picture('metrics');
    assert.match(((await row.first().textContent()) ?? '').replaceAll(/\s+/g, ' '), /qa .* 2 100 %/);
    await row.getByTestId('metrics-prompt').first().click();
    const window = await editor().window();
    await window.page.locator('.tab.active', { hasText: 'qa' }).waitFor();
  });

  it('lays both runs beside each other', async () => {
    const window = await editor().window();
    await window.runCommand('Agent Team: Open events and traces');
    page = await window.webviewWith('tab-compare');
    await page.getByTestId('tab-compare').click();
    await page.getByTestId('compare-figures').waitFor();
    await picture('compare');
    await page.getByText('Both called the same tools in the same order.').waitFor();
    const answers = (await page.getByTestId('compared').last().textContent()) ?? '';
    assert.match(answers, /Add one[\s\S]*Throw a RangeError/);
  });
});
