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
  let trace: TracePage | undefined;
  const current = () => trace ?? assert.fail('the page is not open yet');
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());
  afterEach(async () => {
    const opened = trace;
    trace = undefined;
    await opened?.close();
    // Errors, and whatever the content security policy refused.
    assert.deepEqual(opened?.problems ?? [], []);
  });
  const publish = (
    topic: EventTopic,
    payload: object,
    more: { agent?: string; runId?: string; causationId?: string } = {},
  ): EventEnvelope => current().bus.publish({ topic, payload, source: 'engine', ...more });
  return {
    /** The page of the test that runs. */
    trace: current,
    open: async (options?: TracePageOptions) => {
      trace = await openTracePage(browser, options);
      return trace;
    },
    byId: (id: string): Locator => current().page.getByTestId(id),
    publish,
    progress: (message: string, agent = 'dev', causationId?: string) =>
      publish('task.progress', { message }, { agent, runId: 'r1', ...(causationId !== undefined && { causationId }) }),
  };
}
