// A person has code explained, documented, tested and repaired, and a commit described: from menus and the light bulb, then by keyboard alone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { openBrowser, root, THEMES } from '../support/browser';
import { until } from '../support/until';
import { openChat } from './support/chat';
import { choose, chooseByKeys, chooseCodeAction, chooseInEditor, showCodeAction, walkTo } from './support/menus';
import { useTeam } from './support/useTeam';
import type { Window } from './support/window';

const BEFORE = '/** 1234 becomes "12.34". */';
const AFTER = '/** 1234 becomes "12.34"; less than 0 gets a minus. */';

describe('actions on code in the window', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam();
  let window: Window;
  let chat: Frame;
  before(async () => {
    window = await editor().window();
    chat = await openChat(window);
  });

  const answered = async (text: string) => {
    chat = await window.webviewWith('chat-input', 60_000);
    await chat.getByTestId('chat-messages').getByText(text).last().waitFor({ timeout: 60_000 });
  };
  const asked = () => JSON.stringify(server().requests[0]?.body.messages);
  const edit = {
    toolCalls: [
      {
        name: 'edit_file',
        arguments: { path: 'src/receipt.ts', edits: [{ oldText: BEFORE, newText: AFTER }] },
      },
    ],
  };
  const receipt = () => readFile(path.join(editor().workspace, 'src', 'receipt.ts'), 'utf8');
  /** The language server of a slow machine takes its time to start. */
  const problemIsShown = () => window.page.locator('.squiggly-error').first().waitFor({ timeout: 90_000 });
  /** The actions on the problem in the first line of backup.ts. */
  const lightBulb = async () => {
    await window.openFile('src/backup.ts', 1);
    await problemIsShown();
    await window.goTo(1, 26);
    return showCodeAction(window, 'Fix with dev');
  };
  const message = () => window.page.locator('.scm-editor').first();
  /** Each check writes the page anew: what its document did not live to see is done in the next one. */
  async function inHealthPage<T>(act: (page: Frame) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await act(await window.webviewWith('health', 40_000));
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  describe('by mouse', () => {
    it('explains the selection', async () => {
      server().script({ reply: { text: 'It pads **cents** to three digits.' } });
      await window.openFile('src/receipt.ts');
      await window.selectLines(10, 14);
      await chooseInEditor(window, 'Agent Team', 'Explain the selection');
      await answered('It pads cents to three digits.');
      assert.match(asked(), /padStart\(3/);
    });

    it('documents the selection as a change that is accepted by a click', async () => {
      server().script({ reply: edit }, { reply: { text: 'It is documented.' } });
      await window.openFile('src/receipt.ts');
      await window.selectLines(10, 14);
      await chooseCodeAction(window, 'Document with writer');
      await answered('It is documented.');
      assert.ok((await receipt()).includes(BEFORE), 'nothing is written before it is accepted');
      await chat.getByTestId('changes-accept').last().click();
      await window.page.locator('.view-line', { hasText: 'less than 0 gets a minus' }).waitFor();
      await until(async () => (await receipt()).includes(AFTER), 'it is saved');
    });

    it('generates tests', async () => {
      server().script({ reply: { text: 'There are three tests now.' } });
      await window.openFile('src/receipt.ts');
      await window.goTo(11, 10);
      await chooseInEditor(window, 'Agent Team', 'Generate tests');
      await answered('There are three tests now.');
      assert.match(asked(), /Tests run with/);
    });

    it('fixes a problem from its light bulb', async () => {
      server().script({ reply: { text: 'It lacks the types of Node.' } });
      const action = await lightBulb();
      await window.screenshot('test-results/actions/light-bulb.png');
      await action.click();
      await answered('It lacks the types of Node.');
      assert.match(asked(), /line 1: error: Cannot find name 'node:child_process'/);
    });

    it('writes the commit message from the title of source control', async () => {
      server().script({ reply: { text: 'Add the share of the shelf' } });
      await window.openViewContainer('Source Control');
      await window.page.locator('.scm-view').first().hover();
      await window.page.locator('.sidebar').getByRole('button', { name: 'Agent Team' }).first().click();
      await choose(window, 'Write commit message');
      await message().getByText('Add the share of the shelf').waitFor();
      assert.match(asked(), /shareOf/);
    });

    it('tries out what the team stands on; the page passes the accessibility rules and its links work', async () => {
      server().script({ times: 'always', reply: { text: 'ready' } });
      await window.runCommand('Agent Team: Check health');
      await inHealthPage((page) =>
        page.locator('[data-testid="health-check"][data-state="ok"]').first().waitFor({ timeout: 5_000 }),
      );
      await checkAccessibility(await inHealthPage((page) => page.locator('main').innerHTML({ timeout: 5_000 })));
      await window.screenshot('test-results/actions/health.png');
      await editor().configure({ 'agentTeam.limits.maxTurns': 'many' });
      await inHealthPage((page) => page.getByText('Check again').click({ timeout: 5_000 }));
      const again = await window.webview(
        async (frame) => (await frame.getByText('One thing needs attention.').count()) > 0,
        'whose link checked again',
        40_000,
      );
      await again.locator('[data-testid="health-check"][data-state="warning"]').getByText('Open settings').waitFor();
      await editor().configure({ 'agentTeam.limits.maxTurns': null });
      await window.page.locator('.tab', { hasText: 'Agent Team health' }).click();
      await window.runCommand('View: Close Editor');
    });
  });

  describe('by keyboard', () => {
    it('explains and documents the selection from the menu and the light bulb', async () => {
      server().script({ reply: { text: 'It adds up prices.' } });
      await window.openFile('src/receipt.ts');
      await window.selectLines(17, 19);
      await chooseByKeys(window, 'Agent Team', 'Explain the selection');
      await answered('It adds up prices.');
      server().reset();
      server().script({ reply: { text: 'Nothing lacks a comment.' } });
      await window.openFile('src/receipt.ts');
      await window.selectLines(17, 19);
      const entry = await showCodeAction(window, 'Document with writer');
      await walkTo(window, entry.and(window.page.locator('.focused')));
      await window.page.keyboard.press('Enter');
      await answered('Nothing lacks a comment.');
    });

    it('generates tests and fixes problems from the palette', async () => {
      server().script({ reply: { text: 'Two tests are enough.' } });
      await window.openFile('src/receipt.ts', 18);
      await window.quickInput.runCommandByKeys('Agent Team: Generate tests');
      await answered('Two tests are enough.');
      server().reset();
      server().script({ reply: { text: 'Install the types.' } });
      await window.openFile('src/backup.ts', 1);
      await problemIsShown();
      await window.quickInput.runCommandByKeys('Agent Team: Fix problems');
      await answered('Install the types.');
    });

    it('writes the commit message from the palette', async () => {
      server().script({ reply: { text: 'Tell the share of one book' } });
      await window.quickInput.runCommandByKeys('Agent Team: Write commit message');
      await window.openViewContainer('Source Control');
      await message().getByText('Tell the share of one book').waitFor();
    });
  });
});

/** The page runs no scripts where it stands: its document is looked at in a page of its own, in every theme and narrow. */
async function checkAccessibility(main: string): Promise<void> {
  const css = await readFile(path.join(root, 'dist', 'webview', 'health.css'), 'utf8');
  const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  const browser = await openBrowser();
  try {
    for (const theme of THEMES) {
      const colours = await readFile(path.join(root, 'webview', 'dev', `${theme}.css`), 'utf8');
      const page = await browser.newPage({ viewport: { width: 300, height: 900 } });
      const head = `<title>Health</title><style>${colours}</style><style>${css}</style>`;
      await page.setContent(
        `<!doctype html><html lang="en"><head>${head}</head><body><main>${main}</main></body></html>`,
      );
      assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, theme);
      await page.evaluate(axe);
      const faults = await page.evaluate<string[]>(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')))`,
      );
      assert.deepEqual(faults, [], theme);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}
