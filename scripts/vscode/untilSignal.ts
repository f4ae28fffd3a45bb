const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Settles with the usual exit code when the process is asked to end; until `dispose`, such a request no longer ends it. */
export function untilSignal(): { readonly received: Promise<number>; dispose(): void } {
  let settle: (code: number) => void = () => undefined;
  const received = new Promise<number>((resolve) => (settle = resolve));
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  const listeners = names.map((name) => ({ name, listener: () => settle(exitCodes[name]) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return {
    received,
    dispose: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
