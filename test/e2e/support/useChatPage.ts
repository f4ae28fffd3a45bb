import type { Browser } from 'playwright-core';
import assert from 'node:assert/strict';
import type { RunView } from '../../../src/core/runs/runView';
import { openBrowser } from '../../support/browser';
import { openChatPage, type ChatPage, type ChatPageOptions } from '../../support/chatPage';
import { agentStep, modelStep, runView } from '../../support/runViews';
import { until } from '../../support/until';

/** A browser for the surrounding `describe`, in which each test opens the chat page; none may log an error. */
export function useChatPage() {
  let browser: Browser;
  let chat: ChatPage | undefined;
  const current = () => chat ?? assert.fail('the page is not open yet');
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());
  afterEach(async () => {
    const opened = chat;
    chat = undefined;
    await opened?.close();
    // Errors, and whatever the content security policy refused.
    assert.deepEqual(opened?.problems ?? [], []);
  });
  const byId = (id: string) => current().page.getByTestId(id);
  const show = async (change: Partial<RunView>) => {
    const run = runView(change);
    current().backend.put(run);
    await current().controller.showRun(run.runId);
    await current().page.locator(`chat-turn[data-run-id="${run.runId}"]`).waitFor();
  };
  return {
    /** The page of the test that runs. */
    chat: current,
    open: async (options?: ChatPageOptions) => {
      chat = await openChatPage(browser, options);
    },
    byId,
    input: () => byId('chat-input'),
    /** Shows a run in the page. */
    show,
    /** Shows a run that has answered with this text. */
    answer: (text: string, change: Partial<RunView> = {}) =>
      show({ steps: [agentStep('qa'), modelStep('m1', 'qa', text)], text, ...change }),
    /** Waits for a call of the backend or the edge. */
    untilCall: (calls: string[], wanted: RegExp) =>
      until(
        () => calls.some((call) => wanted.test(call)),
        () => `a call like ${String(wanted)} in ${calls.join(', ')}`,
      ),
  };
}
