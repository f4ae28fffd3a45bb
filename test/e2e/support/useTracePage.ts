import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import type { EventEnvelope, EventTopic } from '../../../src/api';
import { openBrowser } from '../../support/browser';
import { openTracePage, type TracePage, type TracePageOptions } from '../../support/tracePage';

/** A run that a page can be told of. */
export const GOAL_RUN = {
  runId: 'r1',
  kind: 'goal',
  title: 'Add input validation to the API',
  status: 'completed',
  startedAt: '2030-01-01T10:42:00.000Z',
} as const;

/** A browser for the surrounding `describe`, in which each test opens a page of events and traces; none may log an error. */
export function useTracePage() {
  let browser: Browser;
  let trace: TracePage;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());
  afterEach(async () => {
    const { problems } = trace;
    await trace.close();
    // Errors, and whatever the content security policy refused.
    assert.deepEqual(problems, []);
  });
  const publish = (
    topic: EventTopic,
    payload: object,
    more: { agent?: string; runId?: string; causationId?: string } = {},
  ): EventEnvelope => trace.bus.publish({ topic, payload, source: 'engine', ...more });
  return {
    /** The page of the test that runs. */
    trace: () => trace,
    open: async (options?: TracePageOptions) => {
      trace = await openTracePage(browser, options);
      return trace;
    },
    byId: (id: string): Locator => trace.page.getByTestId(id),
    /** Looks again and again, for two seconds: the page's policy allows no polling inside it. */
    until: async (holds: () => Promise<boolean>, what: string) => {
      for (let tries = 0; tries < 200; tries += 1) {
        if (await holds()) return;
        await trace.page.waitForTimeout(10);
      }
      assert.fail(`There was never ${what}.`);
    },
    publish,
    progress: (message: string, agent = 'dev', causationId?: string) =>
      publish('task.progress', { message }, { agent, runId: 'r1', ...(causationId !== undefined && { causationId }) }),
  };
}
