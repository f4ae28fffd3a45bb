// Events and traces in a real window: a run that is going on, a hundred thousand imported spans, and the ways there from chat and tree.
import * as assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { largeTrace } from '../support/sampleTraces';
import { openChat, say } from './support/chat';
import { useEditor } from './support/useEditor';

describe('events and traces in the window', function () {
  this.timeout(240_000);
  const editor = useEditor();

  it('shows what happens while it happens, and spans as they start', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    const chat = await openChat(window);
    await window.runCommand('Agent Team: Open events and traces');
    const page = await window.webviewWith('event-filter');
    await say(chat, '@qa is src/math.ts safe?');
    await page.getByTestId('event-row').filter({ hasText: 'run.started' }).first().waitFor();
    await page.getByTestId('tab-trace').click();
    await page.locator('[data-testid="span-row"][data-span-name="invoke_workflow ask"]').waitFor({ timeout: 60_000 });
    await page.locator('[data-span-name="invoke_workflow ask"][data-status="ok"]').waitFor({ timeout: 60_000 });
  });

  it('opens the trace from the chat, at the run’s own spans', async () => {
    const window = await editor().window();
    const chat = await window.webviewWith('chat-input');
    await chat.getByTestId('chat-trace').last().click();
    const page = await window.webviewWith('span-row');
    const rows = page.getByTestId('span-row');
    await rows.first().waitFor();
    const grid = page.locator('.spans-grid');
    for (const key of ['Home', 'ArrowDown', 'Enter']) await grid.press(key);
    await page.locator('[data-testid="span-detail"]:focus').waitFor();
    await window.page.keyboard.press('Escape');
    await page.getByTestId('span-detail').waitFor({ state: 'detached' });
  });

  it('stays usable with 100,000 imported spans', async () => {
    const window = await editor().window();
    const file = path.join(editor().workspace, '..', 'large.otlp.json');
    const hex = (text: string) => Buffer.from(text.padEnd(8, '-').slice(0, 8)).toString('hex');
    const spans = largeTrace('ab'.repeat(16), 100_000).map((span) => ({
      traceId: span.traceId,
      spanId: hex(span.spanId),
      ...(span.parentSpanId !== undefined && { parentSpanId: hex(span.parentSpanId) }),
      name: span.name,
      startTimeUnixNano: span.startTimeUnixNano,
      endTimeUnixNano: span.endTimeUnixNano,
      status: { code: span.status === 'error' ? 2 : 1 },
    }));
    await writeFile(file, JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    const [traceId] = (await window.host.execute('agentTeam.importTrace', { uri: `file://${file}` })) as string[];
    await window.host.execute('agentTeam.openTrace', { traceId });
    const page = await window.webviewWith('trace-select');
    await page.getByTestId('trace-figures').getByText('100,000 spans').waitFor({ timeout: 90_000 });
    await page.locator('.spans-grid').press('End');
    await page.getByTestId('span-search').fill('status:error');
    await page
      .getByTestId('span-found')
      .getByText(/of 9\d$/)
      .waitFor();
    await page.getByTestId('span-search').press('Enter');
    await page.locator('.span-row[aria-selected="true"][data-status="error"]').waitFor();
    assert.ok((await page.getByTestId('span-row').count()) < 100);
  });

  it('is refused nothing by the content security policy, and its page has no errors', async () => {
    const window = await editor().window();
    assert.deepEqual(window.webviewErrors(), []);
  });
});
