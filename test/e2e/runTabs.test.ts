// A person looks at what the team did in the real window: who handed over to whom, what it took, and how two runs differ.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { untilPasses } from '../support/until';
import { answers, newChat, say } from './support/chat';
import { useTeam } from './support/useTeam';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });

describe('graph, metrics and comparison of real runs', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam();
  const left = ['It has no guard.\nAdd one.', 'It has no guard.\nThrow a RangeError.'];

  /** The page of two runs, which are made once. Not by a hook: one that fails is not tried again. */
  async function openPage(): Promise<Frame> {
    for (let [answer] = left; answer !== undefined; [answer] = left) {
      await ask(answer);
      left.shift();
    }
    const window = await editor().window();
    await window.runCommand('Agent Team: Open events and traces');
    return window.webviewWith('tab-graph');
  }

  /** Router, qa, a tool, dev. */
  async function ask(answer: string): Promise<void> {
    const window = await editor().window();
    const chat = await newChat(window);
    server().script(
      call('transfer_to_qa', { reason: 'a safety question' }),
      call('read_file', { path: 'src/math.ts' }),
      call('transfer_to_dev', { reason: 'needs a fix' }),
      { reply: { text: answer } },
    );
    await say(chat, 'is divide safe?');
    await answers(chat, 'completed').waitFor({ timeout: 60_000 });
  }

  const picture = async (name: string) => (await editor().window()).screenshot(`test-results/run-tabs-${name}.png`);

  it('shows the handoffs of the newest run, and leads from one to its span', async () => {
    const page = await openPage();
    await page.getByTestId('tab-graph').click();
    const agents = page.locator('.node-agent');
    await agents.nth(2).waitFor();
    await picture('graph');
    await untilPasses(async () => {
      const states = await Promise.all((await agents.all()).map((node) => node.getAttribute('data-state')));
      assert.deepEqual(states, ['completed', 'completed', 'completed']);
    });
    await agents
      .nth(2)
      .filter({ hasText: /dev[\s\S]*needs a fix/ })
      .waitFor();
    await agents.nth(2).click();
    await page.getByTestId('span-detail').getByText('invoke_agent dev').first().waitFor();
  });

  it('shows what each agent has done, with the prompt behind it', async () => {
    const page = await openPage();
    await page.getByTestId('tab-metrics').click();
    const row = page.locator('tr[data-agent="qa"]');
    await row.first().waitFor();
    await picture('metrics');
    await untilPasses(async () =>
      assert.match(((await row.first().textContent()) ?? '').replaceAll(/\s+/g, ' '), /qa .* 2 100 %/),
    );
    await row.getByTestId('metrics-prompt').first().click();
    const window = await editor().window();
    await window.page.locator('.tab.active', { hasText: 'qa' }).waitFor();
  });

  it('lays both runs beside each other', async () => {
    const page = await openPage();
    await page.getByTestId('tab-compare').click();
    await page.getByTestId('compare-figures').waitFor();
    await picture('compare');
    await page.getByText('Both called the same tools in the same order.').waitFor();
    await page
      .getByTestId('compared')
      .last()
      .filter({ hasText: /Add one[\s\S]*Throw a RangeError/ })
      .waitFor();
  });
});
