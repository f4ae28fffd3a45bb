// Waiting for what comes later, with an end: for real windows and real time. Unit tests use gates and manual clocks instead.
import assert from 'node:assert/strict';

const patienceMs = 20_000;
const pollMs = 20;

/** Looks again and again until it holds; fails with `what` after the time that a slow machine may need. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string) = 'what was expected',
  withinMs = patienceMs,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline)
      assert.fail(`Not within ${String(withinMs)} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Repeats assertions about what comes later until they pass; fails as the last try did. */
export async function untilPasses(check: () => void | Promise<void>, withinMs = patienceMs): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
