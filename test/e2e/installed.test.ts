// What people get: the packaged extension in a clean profile, used by clicks. It builds and installs the real VSIX.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { packageExtension } from '../../scripts/vscode/packageExtension';
import { openChat, say } from './support/chat';
import { Comments } from './support/comments';
import { Editor } from './support/editor';

const MAX_BYTES = 3 * 1024 * 1024;

describe('the packaged extension', function () {
  this.timeout(240_000);
  let folder: string;
  let vsix: string;
  let editor: Editor | undefined;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'agent-team-vsix-'));
    vsix = await packageExtension(folder);
    editor = await Editor.start({ vsix, settings: { 'comments.openView': 'never' } });
  });
  after(async () => {
    await editor?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is small', async () => {
    const { size } = await stat(vsix);
    assert.ok(size < MAX_BYTES, `${size} bytes`);
  });

  it('answers an offline question in the chat and puts a review on the lines', async () => {
    assert.ok(editor);
    const window = await editor.window();
    await window.openFile('src/orders.ts', 16);
    const chat = await openChat(window);
    await say(chat, 'is this safe?');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
    await chat
      .getByTestId('chat-messages')
      .getByText(/SQL is put together/)
      .first()
      .waitFor();
    await window.runCommand('Agent Team: Review file');
    const comments = new Comments(window);
    await comments.marks.first().waitFor({ timeout: 60_000 });
    await comments.open(16, 'SQL is put together from');
    await window.screenshot('test-results/installed/review.png');
    assert.deepEqual(window.webviewErrors(), []);
  });

  it('has an entry file of a few kilobytes, no sources, no tests and no animation inside', async () => {
    assert.ok(editor);
    const extensions = path.join(editor.extensionsFolder);
    const own = (await readdir(extensions)).find((name) => name.startsWith('agent-team.agent-team-'));
    assert.ok(own, (await readdir(extensions)).join(', '));
    const files = (await readdir(path.join(extensions, own), { recursive: true })).map((file) =>
      file.split(path.sep).join('/'),
    );
    for (const stray of [/^src\//, /^test\//, /^node_modules\//, /\.ts$/, /\.map$/, /tour\.png$/])
      assert.deepEqual(
        files.filter((file) => stray.test(file)),
        [],
      );
    assert.ok((await stat(path.join(extensions, own, 'dist', 'extension.js'))).size < 10_000);
    const { version } = JSON.parse(await readFile(path.join(extensions, own, 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.ok(own.includes(version));
  });
});
