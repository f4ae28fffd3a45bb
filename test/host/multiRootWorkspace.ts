import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { copySampleWorkspace } from '../../scripts/vscode/sampleWorkspace';

/** Makes a workspace of two folders, `bookshop` (the sample) and `tools`, and returns its file. */
export async function prepareMultiRootWorkspace(folder: string): Promise<string> {
  await copySampleWorkspace(path.join(folder, 'bookshop'));
  const tools = path.join(folder, 'tools');
  await mkdir(tools);
  await writeFile(
    path.join(tools, 'slug.ts'),
    "export const slug = (title: string) => title.toLowerCase().replaceAll(' ', '-');\n",
  );
  const file = path.join(folder, 'shop.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'bookshop' }, { path: 'tools' }] }));
  return file;
}
