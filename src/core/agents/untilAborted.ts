// Waits that end with their signal: what ignores an abort must not hold a run.

/** What the work comes to, or `aborted` as soon as the signal says so; the work's late outcome is dropped. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<{ value: T } | 'aborted'> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return Promise.resolve('aborted');
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    work
      .then((value) => resolve({ value }), reject)
      .finally(() => {
        signal.removeEventListener('abort', onAbort);
      });
  });
}
