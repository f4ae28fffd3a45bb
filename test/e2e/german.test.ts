// The extension in the language of its person: palette, views, chat, trace and status in a German window.
import * as assert from 'node:assert/strict';
import { untilPasses } from '../support/until';
import { say } from './support/chat';
import { useEditor } from './support/useEditor';

describe('a German window', function () {
  this.timeout(180_000);
  const editor = useEditor({ language: 'de' });

  it('names commands in German, and finds them by their English names too', async () => {
    const window = await editor().window();
    await window.runCommand('Agent Team: Fokus auf Chat');
    const chat = await window.webviewWith('chat-input');
    // Its page takes the focus when it is there, and would close the palette.
    await chat.locator('[data-testid="chat-input"]:focus').waitFor();
    await window.quickInput.findCommand('Agent Team: Ask the team', 'Agent Team: Team fragen...');
    await window.quickInput.leave();
  });

  it('asks, answers and lists the run in German', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    await window.selectLines(5, 9);
    await window.host.execute('agentTeam.newChat');
    const chat = await window.webviewWith('chat-empty');
    const input = chat.getByTestId('chat-input');
    assert.match((await input.getAttribute('placeholder')) ?? '', /^Fragen Sie das Team\./);
    await chat.locator('[data-testid="chat-input"]:focus').waitFor();
    await say(chat, 'is this safe?');
    await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
    const answer = chat.locator('[data-testid="chat-message"][data-role="assistant"]');
    await untilPasses(async () => {
      assert.equal((await chat.getByTestId('usage').innerText()).trim(), 'kein Modell verwendet');
      assert.match(await answer.innerText(), /1 Befund in[^]*Offline: Es wurde kein Sprachmodell verwendet\./);
      assert.match(await chat.getByTestId('route').innerText(), /in der Anfrage steht „safe“/);
    });
    await window
      .treeRows('Läufe')
      .filter({ hasText: /is this safe\?.*qa · erledigt · / })
      .waitFor();
  });

  it('says in German why a request failed, and what exactly the endpoint said', async () => {
    const window = await editor().window();
    await editor().configure({
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': 'http://127.0.0.1:1/v1',
      'agentTeam.retry.maxAttempts': 1,
    });
    const chat = await window.webviewWith('chat-input');
    await say(chat, '@qa und das?');
    const failed = chat.locator('[data-testid="chat-message"][data-status="failed"]');
    await failed.waitFor({ timeout: 60_000 });
    await untilPasses(async () =>
      assert.match(
        await failed.innerText(),
        /Der Endpunkt ist nicht erreichbar[^]*Connection error[^]*Modell auswählen/,
      ),
    );
    await editor().configure({ 'agentTeam.provider': null, 'agentTeam.openai.baseUrl': null });
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
