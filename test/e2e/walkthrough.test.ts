// The first minutes as a person spends them: the walkthrough's buttons do what they say, and its steps are done when it has happened.
import type { Locator } from 'playwright-core';
import { untilPasses } from '../support/until';
import { useEditor } from './support/useEditor';

describe('the walkthrough', function () {
  this.timeout(180_000);
  // Narrower windows leave its pictures out.
  const editor = useEditor({ viewport: { width: 1600, height: 900 } });

  const step = async (title: string): Promise<Locator> => {
    const { page } = await editor().window();
    return page.locator('.getting-started-step', { has: page.locator('.step-title', { hasText: title }) });
  };
  const isDone = async (title: string) =>
    (await step(title)).locator('.codicon-getting-started-step-checked').waitFor({ timeout: 60_000 });

  it('opens from the palette with a picture in the colours of the theme', async () => {
    const window = await editor().window();
    await window.host.execute('workbench.action.closeSidebar');
    await window.runCommand('Agent Team: Get started');
    await (await step('Choose what answers')).waitFor();
    const picture = await window.webview(
      async (frame) => (await frame.locator('svg[viewBox="0 0 560 380"]').count()) > 0,
      'with the picture of the step',
    );
    await picture.locator('svg text', { hasText: 'Offline' }).waitFor();
  });

  it('is done with choosing once “Work offline” was pressed', async () => {
    const window = await editor().window();
    await window.page.getByRole('button', { name: 'Work offline' }).click();
    await isDone('Choose what answers');
  });

  it('is done with asking once the team has answered', async () => {
    const window = await editor().window();
    await (await step('Ask the team')).click();
    await window.page.getByRole('button', { name: 'Ask a question' }).click();
    await window.answerInput('The router picks the right agent', '@researcher where is divide used?');
    await isDone('Ask the team');
    // The chat that shows the answer takes the focus while it opens.
    const chat = await window.webviewWith('chat-message');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
  });

  it('is done with reviewing, and with the trace, once they were seen', async () => {
    const window = await editor().window();
    await (await step('Review your code')).click();
    const row = window.quickInput.rows.filter({ hasText: 'Review all changes' });
    // The page moves its focus on when a step is done, which closes a pick that is open just then: a person asks again.
    await untilPasses(async () => {
      await window.page.getByRole('button', { name: 'Review changes' }).click();
      await row.click({ timeout: 6_000 });
    }, 60_000);
    await isDone('Review your code');
    await (await step('See what happened')).click();
    await window.page.getByRole('button', { name: 'Open events and traces' }).click();
    await window.webviewWith('event-row');
    await window.runCommand('Agent Team: Get started');
    await isDone('See what happened');
  });
});
