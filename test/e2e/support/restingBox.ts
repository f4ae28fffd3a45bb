import type { Locator } from 'playwright-core';
import { until } from '../../support/until';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where something is once it no longer moves: two looks, a few frames apart, see it in the same place. */
export async function restingBox(element: Locator): Promise<Box> {
  let last = await element.boundingBox();
  await until(async () => {
    await element.page().waitForTimeout(100);
    const before = last;
    last = await element.boundingBox();
    return last !== null && JSON.stringify(last) === JSON.stringify(before);
  }, 'it stays where it is');
  if (!last) throw new Error('Internal error: it has a place now');
  return last;
}
