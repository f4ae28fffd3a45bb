// A person has code reviewed and works through the comments: by mouse, then by keyboard alone. Pictures are left in test-results.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { until, untilPasses } from '../support/until';
import { Comments } from './support/comments';
import { choose, chooseByKeys, chooseInEditor } from './support/menus';
import { settingsFor, useTeam } from './support/useTeam';
import type { Window } from './support/window';

const GUARD = "  if (b === 0) throw new RangeError('Cannot divide by zero.');\n  return a / b;";
const found = (startLine: number, severity: string, title: string, evidence: string, change: object = {}) => ({
  ...{ path: 'src/math.ts', startLine, endLine: startLine, severity, category: 'bug', title, evidence },
  ...{ why: 'Because of `that`.', ...change },
});
const DIVIDE = found(8, 'major', 'divide() has no guard for `b = 0`', '  return a / b;', {
  suggestion: { oldText: '  return a / b;', newText: GUARD },
});
const CENTS = found(18, 'minor', 'Euros are rounded to whole numbers', 'Math.round(Math.abs(amount))');
const NITS = [
  found(3, 'nit', 'Call it sum', '(total, value) => total + value'),
  found(11, 'nit', 'Say what the mean of nothing is', '/** The mean rating of a book. */'),
];

describe('a review in the window', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam({ settings: { 'comments.openView': 'never' } });
  let window: Window;
  let comments: Comments;
  before(async () => {
    window = await editor().window();
    comments = new Comments(window);
  });

  const mathFile = () => readFile(path.join(editor().workspace, 'src', 'math.ts'), 'utf8');
  const offline = () => editor().configure({ 'agentTeam.provider': 'offline' });
  const online = async (...findings: readonly object[]) => {
    await editor().configure(settingsFor(server()));
    server().reset();
    const reply = { toolCalls: [{ name: 'report_findings', arguments: { findings } }] };
    server().script({ when: { hasTool: 'report_findings' }, reply }, { reply: { text: 'Done.' } });
  };
  const isSettled = async (text: string | RegExp) => comments.withText(text).waitFor({ state: 'detached' });
  /** Waits for the words that tell of the end, and closes them. */
  const ended = async (words: RegExp) => {
    await window.notification(words);
    await window.host.execute('notifications.clearAll');
  };
  const untilFixed = (text: string) => until(async () => (await mathFile()).includes(text), `the file has ${text}`);

  describe('by mouse', () => {
    it('reviews the selection from its menu: a comment on the line says severity, agent, title, why and what to do', async () => {
      await online(DIVIDE);
      await window.openFile('src/math.ts');
      await window.selectLines(7, 9);
      await chooseInEditor(window, 'Agent Team', 'Review the selection');
      await ended(/^Review math\.ts: 1 finding \(1 major\)\.$/);
      const comment = await comments.open(8, 'divide() has no guard');
      await untilPasses(async () => {
        const told = await comment.locator('.body').innerText();
        assert.match(await comment.locator('.head').innerText(), /Major · bug/);
        assert.match(told, /qa\s+divide\(\) has no guard for b = 0\s+Because of that\./);
        assert.match(told, /-\s+return a \/ b;/);
      });
      await window.screenshot('test-results/review/comment.png');
    });

    it('applies the fix by a click', async () => {
      const comment = await comments.open(8, 'divide() has no guard');
      await comments.act(comment, 'Apply fix');
      await isSettled('divide() has no guard');
      await untilFixed(GUARD);
      await window.page.locator('.view-line', { hasText: 'Cannot divide by zero' }).waitFor();
    });

    it('reviews a file of the explorer offline; what is dismissed with a reason does not come back', async () => {
      await offline();
      await window.openFile('src/orders.ts');
      await window.runCommand('View: Show Explorer');
      await window.page.locator('.explorer-folders-view').getByText('orders.ts').click({ button: 'right' });
      await choose(window, 'Agent Team', 'Review file');
      await ended(/^Review orders\.ts: \d+ findings/);
      const title = /SQL is put together from/;
      const comment = await comments.open(16, title);
      await comments.act(comment, 'Dismiss finding...');
      await window.answerInput('Why is it no problem?', 'The name comes from our own table.');
      await isSettled(title);
      await window.runCommand('Agent Team: Review file');
      await ended(/^Review orders\.ts: /);
      await comments.open(29, 'The error is swallowed');
      assert.equal(await comments.isMarked(16), false);
    });

    it('reviews all changes from the title of source control', async () => {
      await window.openViewContainer('Source Control');
      await window.page.locator('.scm-view').getByText('stock.ts').first().hover();
      await window.page.locator('.sidebar').getByRole('button', { name: 'Agent Team' }).first().click();
      await choose(window, 'Review changes');
      await ended(/^Review all changes: /);
    });

    it('asks back in the comment; question and answer are there after a reload, like the comment', async () => {
      await online(CENTS, ...NITS);
      await window.openFile('src/math.ts');
      await window.runCommand('Agent Team: Review file');
      await ended(/1 minor, 2 nits/);
      const comment = await comments.open(19, 'Euros are rounded');
      server().reset();
      server().script({ reply: { text: 'Only `receipt.ts` does, with **cents**.' } });
      await comment.locator('.review-thread-reply-button').click();
      await comment.locator('.comment-form .monaco-editor.focused').waitFor();
      await window.page.keyboard.type('Who calls it?');
      await comment.locator('.comment-form .view-line', { hasText: 'Who calls it?' }).waitFor();
      await comment.getByRole('button', { name: 'Ask back' }).last().click();
      await server().until((requests) => requests.length > 0);
      await comment.getByText('Only receipt.ts does, with cents.').last().waitFor();
      const asked = JSON.stringify(server().requests.at(-1)?.body.messages);
      assert.match(asked, /Who calls it\?/);
      assert.match(asked, /Euros are rounded to whole numbers/);
      await window.screenshot('test-results/review/asked-back.png');
      await window.reload();
      await window.openFile('src/math.ts');
      const again = await comments.open(19, 'Euros are rounded');
      await again.getByText('Who calls it?').last().waitFor();
      await again.getByText('Only receipt.ts does, with cents.').last().waitFor();
    });

    it('folds nits into one comment, follows an edit above, and resolves by a click', async () => {
      await window.openFile('src/math.ts');
      const nits = await comments.open(3, '2 nits');
      await untilPasses(async () =>
        assert.match(await nits.locator('.body').innerText(), /Line 3: Call it sum.*Line 12: Say what/s),
      );
      await window.goTo(1);
      await window.page.keyboard.press('Enter');
      await window.page.keyboard.press('Enter');
      await comments.open(21, 'Euros are rounded');
      await comments.withText(/Line 5: Call it sum.*Line 14: Say what/s).waitFor();
      await window.page.keyboard.press('Escape');
      await comments.act(await comments.open(21, 'Euros are rounded'), 'Resolve finding');
      await isSettled('Euros are rounded');
      await window.runCommand('File: Revert File');
    });
  });

  describe('by keyboard', () => {
    const press = (key: string) => window.page.keyboard.press(key);
    const command = (title: string) => window.quickInput.runCommandByKeys(title);

    it('reviews the selection from the menu that a key opens', async () => {
      await online(found(3, 'major', 'The sum may overflow', 'total + value'));
      await window.openFile('src/math.ts');
      await window.selectLines(2, 4);
      await chooseByKeys(window, 'Agent Team', 'Review the selection');
      await ended(/^Review math\.ts: 1 finding/);
    });

    it('asks back, dismisses, resolves and applies at the cursor', async () => {
      server().reset();
      server().script({ reply: { text: 'Beyond 2 to the 53rd.' } });
      await window.goTo(3);
      await command('Agent Team: Ask back');
      await window.answerInput('Ask the reviewer about', 'When?');
      await comments.withText('The sum may overflow').getByText('Beyond 2 to the 53rd.').waitFor({ timeout: 40_000 });
      await command('Agent Team: Dismiss finding...');
      await window.answerInput('Why is it no problem?', '');
      await isSettled('The sum may overflow');
      const fix = { suggestion: { oldText: 'values.length)', newText: 'Math.max(1, values.length))' } };
      await online(found(14, 'major', 'The mean of nothing', 'return divide(sum(values), values.length);', fix), CENTS);
      await command('Agent Team: Review file');
      await ended(/^Review math\.ts: /);
      await window.goTo(19);
      await command('Agent Team: Resolve finding');
      await window.goTo(14);
      await command('Agent Team: Apply fix');
      await window.page.locator('.view-line', { hasText: 'Math.max(1, values.length)' }).waitFor();
      await untilFixed('Math.max(1, values.length)');
    });

    it('goes from comment to comment, and says what is missing where there is none', async () => {
      await offline();
      await window.openFile('src/orders.ts');
      await command('Agent Team: Review file');
      await ended(/^Review orders\.ts: /);
      await window.openFile('src/orders.ts', 20);
      await press('Alt+F9');
      await comments.withText('The error is swallowed').waitFor();
      await window.goTo(2);
      await command('Agent Team: Resolve finding');
      await ended(/There is no finding at the cursor/);
    });

    it('asks which changes are meant, and reviews them', async () => {
      await command('Agent Team: Review changes...');
      await window.quickInput.rows.filter({ hasText: 'Review staged changes' }).waitFor();
      await window.quickInput.field.press('Enter');
      await ended(/^Review all changes: /);
    });
  });
});
