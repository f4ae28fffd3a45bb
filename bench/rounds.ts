// Alternating rounds: every contender takes its turn in each round, so that what the machine does meanwhile hits all alike.
import { performance } from 'node:perf_hooks';

export interface Contender {
  name: string;
  once(): Promise<unknown>;
}

/** The median milliseconds of each contender, after a third of the rounds to warm up. */
export async function medians(contenders: readonly Contender[], rounds: number): Promise<Map<string, number>> {
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const warmUp = Math.ceil(rounds / 3);
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const turn = round % contenders.length;
    for (const { name, once } of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      const start = performance.now();
      await once();
      if (round >= warmUp) times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The value below which that part of them lies; 0 of none. */
export function percentileOf(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
