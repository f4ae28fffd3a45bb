// A person follows and undoes a run of ten edits in five files, by looking. Pictures of every step, in three themes and 300 px, are left in test-results.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { ScriptedModelServer } from '../support/scriptedModelServer/scriptedModelServer';
import { takePictures } from './support/pictures';
import { useEditor } from './support/useEditor';
import type { Window } from './support/window';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });
/** Two edits far apart in each of these, so that each has two hunks. */
const EDITED = ['src/math.ts', 'src/orders.ts', 'src/stock.ts', 'src/receipt.ts'];
const CREATED = 'docs/guide/numbers.md';
const SIDE_BAR = 440;

describe('a run of ten edits in five files', function () {
  this.timeout(300_000);
  let server: ScriptedModelServer;
  before(async () => {
    server = await ScriptedModelServer.start({ models: ['scripted-large'] });
  });
  after(async () => server.close());
  const editor = useEditor();
  before(async () => {
    await editor().window();
    await editor().configure({
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': server.baseUrl,
      'agentTeam.models': { default: 'scripted-large' },
    });
  });

  const textOf = (name: string) => readFile(path.join(editor().workspace, name), 'utf8').catch(() => undefined);

  const pictures = (window: Window, name: string) =>
    takePictures(editor(), window, `test-results/ten-edits/${name}`, SIDE_BAR);

  /** Two edits for each file that is there, and two for the new one. */
  async function scriptedCalls(): Promise<ReturnType<typeof call>[]> {
    const calls: ReturnType<typeof call>[] = [];
    for (const name of EDITED) {
      const lines = ((await textOf(name)) ?? '').split('\n');
      const last = lines.findLastIndex(
        (line) => line.trim().length > 3 && lines.indexOf(line) === lines.lastIndexOf(line),
      );
      const first = lines.findIndex(
        (line) => line.trim().length > 3 && lines.indexOf(line) === lines.lastIndexOf(line),
      );
      for (const at of [first, last]) {
        const oldText = lines[at] ?? '';
        calls.push(call('edit_file', { path: name, edits: [{ oldText, newText: `${oldText} // checked` }] }));
      }
    }
    calls.push(call('create_file', { path: CREATED, content: '# Numbers\n\nHow numbers are kept.\n' }));
    const edits = [{ oldText: 'How numbers are kept.', newText: 'How numbers are kept, and checked.' }];
    return [...calls, call('edit_file', { path: CREATED, edits })];
  }

  async function newChat(window: Window): Promise<Frame> {
    await window.openViewContainer('Agent Team');
    await window.webviewWith('chat-input', 60_000);
    await window.resizeSideBar(SIDE_BAR);
    await window.runCommand('Agent Team: New chat');
    return window.webviewWith('chat-empty');
  }

  it('can be followed in chat and diffs, accepted by hunk, file and run, and taken back to the last byte', async () => {
    const window = await editor().window();
    const names = [...EDITED, CREATED];
    const before = await Promise.all(names.map(textOf));
    const calls = await scriptedCalls();
    assert.equal(calls.length, 10);
    server.script(...calls, { reply: { text: 'Ten edits in five files are ready for you.' } });
    const chat = await newChat(window);
    await chat.getByTestId('chat-input').fill('@dev mark what was checked');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 90_000 });
    await chat.getByTestId('changes').waitFor();
    assert.equal(await chat.getByTestId('change').count(), 5);
    assert.deepEqual(await Promise.all(names.map(textOf)), before, 'nothing is written before it is accepted');
    const file = chat.locator(`[data-testid="change"][data-path="src/math.ts"]`);
    await file.locator('.change-toggle').click();
    assert.equal(await file.getByTestId('hunk').count(), 2);
    await pictures(window, '1-proposed');
    await chat.getByTestId('changes-show').click();
    await window.page.locator('.multiDiffEditor').waitFor();
    await pictures(window, '2-multi-diff');
    await file.getByTestId('hunk').first().getByTestId('change-accept').click();
    await file.locator('[data-testid="hunk"][data-status="accepted"]').waitFor();
    const afterHunk = (await textOf('src/math.ts')) ?? '';
    assert.equal(afterHunk.split('// checked').length - 1, 1, 'one hunk of two');
    const second = chat.locator(`[data-testid="change"][data-path="src/orders.ts"]`);
    await second.getByTestId('change-reject').first().click();
    await chat.locator('[data-testid="change"][data-path="src/orders.ts"][data-status="rejected"]').waitFor();
    await pictures(window, '3-partly-decided');
    await chat.getByTestId('changes-accept').click();
    await chat.getByTestId('changes-revert').waitFor();
    assert.equal(await textOf('src/orders.ts'), before[1], 'what was rejected stays as it was');
    assert.equal(((await textOf('src/math.ts')) ?? '').split('// checked').length - 1, 2);
    assert.equal(await textOf(CREATED), '# Numbers\n\nHow numbers are kept, and checked.\n');
    await pictures(window, '4-accepted');
    await chat.getByTestId('changes-revert').click();
    await chat.locator('[data-testid="change"][data-status="reverted"]').first().waitFor();
    assert.deepEqual(await Promise.all(names.map(textOf)), before, 'every byte is back');
    await assert.rejects(stat(path.join(editor().workspace, 'docs', 'guide')), 'the folder that was made is gone');
    await pictures(window, '5-taken-back');
  });

  it('asks in the chat, in the status bar and in a notification, and shows the modes that can be switched', async () => {
    server.reset();
    const window = await editor().window();
    const chat = await newChat(window);
    for (const mode of ['edits.mode', 'commands.mode']) await chat.getByTestId(`chat-mode-${mode}`).waitFor();
    server.script(
      call('edit_file', {
        path: 'src/math.ts',
        edits: [{ oldText: '  return a / b;', newText: '  return a / b; // checked' }],
      }),
      call('run_command', { command: 'rm -rf build' }),
      { reply: { text: 'Then I leave it.' } },
    );
    await chat.getByTestId('chat-input').fill('@dev clean up');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.getByTestId('approval').waitFor({ timeout: 60_000 });
    for (const mode of ['edits.mode', 'commands.mode']) {
      const clipped = await chat.evaluate(`{
        const element = document.querySelector('[data-testid="chat-mode-${mode}"]');
        element.scrollWidth > element.clientWidth;
      }`);
      assert.equal(clipped, false, `${mode} is read in full`);
    }
    assert.match(await chat.getByTestId('approval').innerText(), /rm -rf build.*\(1 pending edit applied\)/s);
    await window.page.locator('.statusbar-item', { hasText: '1 approval waits' }).waitFor();
    await pictures(window, '6-approval');
    await chat.getByTestId('approval-deny').click();
    await chat.getByTestId('chat-messages').getByText('Then I leave it.').waitFor();
    server.reset();
    server.script(call('run_command', { command: 'rm -rf build' }), { reply: { text: 'Not done.' } });
    await window.runCommand('View: Show Explorer');
    const asked = window.host.execute('agentTeam.ask', { request: 'clean up', agent: 'dev' });
    await window.page.locator('.statusbar-item', { hasText: '1 approval waits' }).waitFor({ timeout: 60_000 });
    // The served VS Code keeps notifications in its center.
    await window.runCommand('Notifications: Show Notifications');
    await window.page.locator('.notifications-center').getByText('dev wants to run').waitFor();
    await pictures(window, '7-notification');
    await window.press('Deny');
    await asked;
    assert.match(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1)), /denied this call/);
  });

  it('switches a mode from the chat, and no agent edits then', async () => {
    server.reset();
    const window = await editor().window();
    const chat = await newChat(window);
    const before = await textOf('src/math.ts');
    await chat.getByTestId('chat-mode-edits.mode').selectOption('deny');
    await window.screenshot('test-results/ten-edits/8-modes.png');
    server.script(
      call('edit_file', { path: 'src/math.ts', edits: [{ oldText: 'return a / b;', newText: 'return b / a;' }] }),
      { reply: { text: 'I may not edit.' } },
    );
    await chat.getByTestId('chat-input').fill('@dev change it');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.getByTestId('chat-messages').getByText('I may not edit.').waitFor({ timeout: 60_000 });
    assert.match(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1)), /edits are switched off/);
    assert.equal(await textOf('src/math.ts'), before);
    await chat.getByTestId('chat-mode-edits.mode').selectOption('review');
  });
});
