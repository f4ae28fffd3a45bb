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

/** The work, or a failure after the time that it may take at most: it may hang, and somebody has to go on. */
export async function inTime<T>(work: Promise<T>, what: string, withinMs = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${String(withinMs)} ms: ${what}`)), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
