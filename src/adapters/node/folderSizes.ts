// How much lies in the folders of runs and traces.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from './listFolder';

export interface FolderSize {
  name: string;
  bytes: number;
  /** When something in it was last written, in milliseconds since the epoch. */
  modifiedMs: number;
}

/** The folders in `parent` that have files. */
export async function measureFolders(parent: string): Promise<FolderSize[]> {
  const names = await listFolder(parent);
  const sizes = await Promise.all(names.map((name) => measure(parent, name)));
  return sizes.filter((size) => size !== undefined);
}

async function measure(parent: string, name: string): Promise<FolderSize | undefined> {
  const folder = join(parent, name);
  const names = await listFolder(folder);
  const stats = await Promise.all(names.map((file) => stat(join(folder, file)).catch(() => undefined)));
  const known = stats.filter((item) => item !== undefined);
  if (known.length === 0) return undefined;
  return {
    name,
    bytes: known.reduce((sum, { size }) => sum + size, 0),
    modifiedMs: Math.max(...known.map(({ mtimeMs }) => mtimeMs)),
  };
}
