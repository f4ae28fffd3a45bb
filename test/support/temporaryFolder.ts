// A folder that a test may fill; gone when the test ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Call in a `describe`: gives the path of a fresh folder during each of its tests. */
export function useTemporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'agent-team-test-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}
