// The extension in the language of its person: palette, views, chat, trace and status in a German window.
import * as assert from 'node:assert/strict';
import { useEditor } from './support/useEditor';

describe('a German window', function () {
  this.timeout(90_000);
  const editor = useEditor({ language: 'de' });

  it('names commands in German, and finds them by their English names too', async () => {
    const window = await editor().window();
    await window.runCommand('Agent Team: Fokus auf Chat');
    await window.page.keyboard.press('F1');
    await window.page.keyboard.type('Agent Team: Ask the team');
    const row = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Agent Team: Team fragen...' });
    await row.waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('asks, answers and lists the run in German', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    await window.selectLines(5, 9);
    const chat = await window.webviewWith('chat-input');
    const input = chat.getByTestId('chat-input');
    assert.match((await input.getAttribute('placeholder')) ?? '', /^Fragen Sie das Team\./);
    await input.fill('is this safe?');
    await input.press('Enter');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
    assert.equal((await chat.getByTestId('usage').innerText()).trim(), 'kein Modell verwendet');
    const row = window.treeRows('Läufe').filter({ hasText: 'is this safe?' });
    assert.match(await row.innerText(), /qa · erledigt · /);
  });

  it('shows events and traces in German', async () => {
    const window = await editor().window();
    await window.host.execute('agentTeam.openTrace');
    await window.page.locator('.tab.active', { hasText: 'Ereignisse und Traces' }).waitFor();
    const page = await window.webviewWith('event-row');
    await page.getByRole('tab', { name: 'Vergleich' }).waitFor();
    assert.deepEqual(window.webviewErrors(), []);
  });
});
