// A person follows and undoes a run of ten edits in five files, by looking. Pictures of every step, in three themes and 300 px, are left in test-results.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { untilPasses } from '../support/until';
import { newChat, openChat, say } from './support/chat';
import { takePictures } from './support/pictures';
import { useTeam } from './support/useTeam';
import type { Window } from './support/window';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });
/** Two edits far apart in each of these, so that each has two hunks. */
const EDITED = ['src/math.ts', 'src/orders.ts', 'src/stock.ts', 'src/receipt.ts'];
const CREATED = 'docs/guide/numbers.md';
const SIDE_BAR = 440;

describe('a run of ten edits in five files', function () {
  this.timeout(300_000);
  const { editor, server } = useTeam();

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

  async function begin(window: Window): Promise<Frame> {
    await openChat(window);
    await window.resizeSideBar(SIDE_BAR);
    return newChat(window);
  }

  it('can be followed in chat and diffs, accepted by hunk, file and run, and taken back to the last byte', async () => {
    const window = await editor().window();
    const names = [...EDITED, CREATED];
    const before = await Promise.all(names.map(textOf));
    const calls = await scriptedCalls();
    assert.equal(calls.length, 10);
    server().script(...calls, { reply: { text: 'Ten edits in five files are ready for you.' } });
    const chat = await begin(window);
    await say(chat, '@dev mark what was checked');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 90_000 });
    await chat.getByTestId('changes').waitFor();
    await untilPasses(async () => assert.equal(await chat.getByTestId('change').count(), 5));
    assert.deepEqual(await Promise.all(names.map(textOf)), before, 'nothing is written before it is accepted');
    const file = chat.locator(`[data-testid="change"][data-path="src/math.ts"]`);
    await file.locator('.change-toggle').click();
    await untilPasses(async () => assert.equal(await file.getByTestId('hunk').count(), 2));
    await pictures(window, '1-proposed');
    await chat.getByTestId('changes-show').click();
    await window.page.locator('.multiDiffEditor').waitFor();
    await pictures(window, '2-multi-diff');
    await file.getByTestId('hunk').first().getByTestId('change-accept').click();
    await file.locator('[data-testid="hunk"][data-status="accepted"]').waitFor();
    const checked = async () => ((await textOf('src/math.ts')) ?? '').split('// checked').length - 1;
    await untilPasses(async () => assert.equal(await checked(), 1, 'one hunk of two'));
    const second = chat.locator(`[data-testid="change"][data-path="src/orders.ts"]`);
    await second.getByTestId('change-reject').first().click();
    await chat.locator('[data-testid="change"][data-path="src/orders.ts"][data-status="rejected"]').waitFor();
    await pictures(window, '3-partly-decided');
    await chat.getByTestId('changes-accept').click();
    await chat.getByTestId('changes-revert').waitFor();
    await untilPasses(async () => {
      assert.equal(await checked(), 2);
      assert.equal(await textOf(CREATED), '# Numbers\n\nHow numbers are kept, and checked.\n');
    });
    assert.equal(await textOf('src/orders.ts'), before[1], 'what was rejected stays as it was');
    await pictures(window, '4-accepted');
    await chat.getByTestId('changes-revert').click();
    await chat.locator('[data-testid="change"][data-status="reverted"]').first().waitFor();
    await untilPasses(async () => {
      assert.deepEqual(await Promise.all(names.map(textOf)), before, 'every byte is back');
      await assert.rejects(stat(path.join(editor().workspace, 'docs', 'guide')), 'the folder that was made is gone');
    });
    await pictures(window, '5-taken-back');
  });

  it('asks in the chat, in the status bar and in a notification, and shows the modes that can be switched', async () => {
    const window = await editor().window();
    const chat = await begin(window);
    for (const mode of ['edits.mode', 'commands.mode']) await chat.getByTestId(`chat-mode-${mode}`).waitFor();
    server().script(
      call('edit_file', {
        path: 'src/math.ts',
        edits: [{ oldText: '  return a / b;', newText: '  return a / b; // checked' }],
      }),
      call('run_command', { command: 'rm -rf build' }),
      { reply: { text: 'Then I leave it.' } },
    );
    await say(chat, '@dev clean up');
    await chat.getByTestId('approval').waitFor({ timeout: 60_000 });
    for (const mode of ['edits.mode', 'commands.mode']) {
      const clipped = await chat.evaluate(`{
        const element = document.querySelector('[data-testid="chat-mode-${mode}"]');
        element.scrollWidth > element.clientWidth;
      }`);
      assert.equal(clipped, false, `${mode} is read in full`);
    }
    await chat
      .getByTestId('approval')
      .filter({ hasText: /rm -rf build.*\(1 pending edit applied\)/s })
      .waitFor();
    await window.page.locator('.statusbar-item', { hasText: '1 approval waits' }).waitFor();
    await pictures(window, '6-approval');
    await chat.getByTestId('approval-deny').click();
    await chat.getByTestId('chat-messages').getByText('Then I leave it.').waitFor();
    server().reset();
    server().script(call('run_command', { command: 'rm -rf build' }), { reply: { text: 'Not done.' } });
    await window.runCommand('View: Show Explorer');
    const asked = window.host.execute('agentTeam.ask', { request: 'clean up', agent: 'dev' });
    await window.page.locator('.statusbar-item', { hasText: '1 approval waits' }).waitFor({ timeout: 60_000 });
    await window.notification('dev wants to run');
    await pictures(window, '7-notification');
    await window.press('Deny');
    await asked;
    assert.match(JSON.stringify(server().requests.at(-1)?.body.messages.at(-1)), /denied this call/);
  });

  it('switches a mode from the chat, and no agent edits then', async () => {
    const window = await editor().window();
    const chat = await begin(window);
    const before = await textOf('src/math.ts');
    await chat.getByTestId('chat-mode-edits.mode').selectOption('deny');
    await untilPasses(async () =>
      assert.equal((await window.host.productSettings())['agentTeam.edits.mode'], 'deny', 'it is kept as a setting'),
    );
    await window.screenshot('test-results/ten-edits/8-modes.png');
    server().script(
      call('edit_file', { path: 'src/math.ts', edits: [{ oldText: 'return a / b;', newText: 'return b / a;' }] }),
      { reply: { text: 'I may not edit.' } },
    );
    await say(chat, '@dev change it');
    await chat.getByTestId('chat-messages').getByText('I may not edit.').waitFor({ timeout: 60_000 });
    assert.match(JSON.stringify(server().requests.at(-1)?.body.messages.at(-1)), /edits are switched off/);
    assert.equal(await textOf('src/math.ts'), before);
    await chat.getByTestId('chat-mode-edits.mode').selectOption('review');
  });
});
