// What other tools have left in a folder, brought over by a person: offered, chosen, looked at, written.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { untilPasses } from '../support/until';
import { useEditor } from './support/useEditor';

const FILES: Record<string, string> = {
  '.roomodes':
    'customModes:\n  - slug: docs-writer\n    name: Docs writer\n    whenToUse: For documentation only.\n    roleDefinition: You write documentation.\n    groups:\n      - read\n      - - edit\n        - fileRegex: \\.md$\n      - mcp\n',
  '.cursorrules': '# Style\n\nMoney is in whole cents.\n',
  '.cursor/rules/odd.mdc': '---\nalwaysApply: false\n---\nOnly when named.\n',
  '.github/prompts/release-notes.prompt.md':
    "---\ndescription: Writes release notes\nmode: agent\ntools: ['changes', 'editFiles', 'fetch']\n---\nWrite the notes for ${input:version}.\n",
};

describe('agents of other tools', function () {
  this.timeout(180_000);
  const editor = useEditor({
    prepareWorkspace: async (folder) => {
      for (const [name, text] of Object.entries(FILES)) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), text);
      }
    },
  });
  const textOf = (name: string) => readFile(path.join(editor().workspace, name), 'utf8');
  const keep = (name: string) => editor().windows[0]?.page.screenshot({ path: `test-results/import-${name}.png` });

  it('are offered once in the view of agents, shown before anything is written, and written when confirmed', async () => {
    const window = await editor().window();
    const { page } = window;
    await window.runCommand('Agent Team: Focus on Agents View');
    const offer = page.locator('.pane .monaco-list-row', { hasText: 'Import from other tools...' });
    await offer.waitFor();
    await untilPasses(async () =>
      assert.match((await offer.getAttribute('aria-label')) ?? '', /\.cursor\/rules\/odd\.mdc and 3 more/),
    );
    await keep('offer');
    const rows = window.quickInput.rows;
    await offer.click();
    await rows.filter({ hasText: 'docs-writer' }).waitFor();
    await untilPasses(async () => {
      const labels = await Promise.all((await rows.all()).map((row) => row.getAttribute('aria-label')));
      assert.match(labels.join('\n'), /release-notes.*no such tools here: fetch.*is not filled in here/);
      assert.match(labels.join('\n'), /docs-writer.*tools: read, search, edit.*told, not enforced/);
    });
    await keep('choice');
    // The rule that counted only when somebody named it is left out, unless it is chosen.
    const ticked = page.locator('.quick-input-list input[type=checkbox]:checked, .quick-input-list .codicon-check');
    await untilPasses(async () => assert.equal(await ticked.count(), 3));
    await window.quickInput.field.press('Enter');
    await rows.filter({ hasText: 'Write these 3 files' }).waitFor();
    await page.locator('.multiDiffEditor', { hasText: 'You write documentation.' }).waitFor();
    await keep('preview');
    assert.deepEqual(await readdir(path.join(editor().workspace, '.github')), ['prompts']);
    await rows.filter({ hasText: 'Choose again' }).click();
    await rows.filter({ hasText: 'docs-writer' }).waitFor();
    await window.quickInput.field.press('Enter');
    await rows.filter({ hasText: 'Write these 3 files' }).click();
    await page.locator('.pane .monaco-list-row', { hasText: 'release-notes' }).waitFor();
    await window.notification('3 files are written');
    await keep('written');
    await page.locator('.multiDiffEditor').waitFor({ state: 'detached' });
    await offer.waitFor({ state: 'detached' });
    assert.match(await textOf('.github/agents/docs-writer.agent.md'), /tools: \[read, search, edit\]/);
    assert.match(await textOf('.github/agents/release-notes.agent.md'), /tools: \[read, edit\]/);
    const instructions = await textOf('AGENTS.md');
    assert.match(instructions, /^# Working on the bookshop\n/);
    assert.match(instructions, /### Style\n\nMoney is in whole cents\.\n$/);
    assert.ok(!instructions.includes('Only when named.'));
  });

  it('leave nothing behind when the person leaves', async () => {
    const window = await editor().window();
    const { page } = window;
    await window.runCommand('Agent Team: Import agents and rules of other tools...');
    const rows = window.quickInput.rows;
    await rows.filter({ hasText: 'Odd' }).waitFor();
    await keep('rest');
    await rows.filter({ hasText: 'Odd' }).click();
    await window.quickInput.field.press('Enter');
    await rows.filter({ hasText: 'Write this file' }).waitFor();
    const before = await textOf('AGENTS.md');
    await window.quickInput.leave();
    await page.locator('.multiDiffEditor').waitFor({ state: 'detached' });
    assert.equal(await textOf('AGENTS.md'), before);
  });
});
