import * as assert from 'node:assert/strict';
import { useEditor } from './support/useEditor';

describe('a window with the sample workspace', () => {
  const editor = useEditor({ env: { BOOKSHOP_CURRENCY: 'EUR' } });

  it('shows the workspace and its uncommitted change', async () => {
    const window = await editor().window();
    await window.openViewContainer('Source Control');
    await window.page.locator('.scm-view').getByText('stock.ts').first().waitFor();
  });

  it('opens a file and selects lines', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    await window.selectLines(7, 9);
    await window.page.locator('.statusbar-item', { hasText: /Ln 9, Col 2 \(\d+ selected\)/ }).waitFor();
  });

  it('finds the document of a webview and sees what goes wrong in it', async () => {
    const window = await editor().window();
    await window.openFile('README.md');
    await window.runCommand('Markdown: Open Preview');
    const preview = await window.webview(
      async (frame) => (await frame.getByText('back office').count()) > 0,
      'with the preview',
    );
    assert.equal(await preview.locator('h1').innerText(), 'Bookshop');
    assert.deepEqual(window.webviewErrors(), []);
    const violation = window.page.waitForEvent('console', (message) => message.text().includes('Security Policy'));
    // A string, because this side knows no DOM.
    await preview.evaluate(
      "document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:1/x.png' }))",
    );
    await violation;
    assert.equal(window.webviewErrors().length, 1);
  });

  it('tells the extension host what a test put into its environment, and no key of the person', async () => {
    const window = await editor().window();
    assert.equal(await window.host.environment('BOOKSHOP_CURRENCY'), 'EUR');
    assert.equal(await window.host.environment('OPENAI_API_KEY'), null);
  });

  it('is there again after a reload', async () => {
    const window = await editor().window();
    await window.openFile('src/stock.ts');
    await window.reload();
    await window.page.locator('.tab', { hasText: 'stock.ts' }).waitFor();
  });

  it('shares the workspace with a second window', async () => {
    const first = await editor().window();
    const second = await editor().open();
    await second.openFile('src/receipt.ts');
    assert.equal(editor().windows.length, 2);
    await second.close();
    assert.deepEqual(editor().windows, [first]);
  });

  it('takes over settings while it runs', async () => {
    const window = await editor().window();
    await editor().configure({ 'workbench.colorTheme': 'Default High Contrast' });
    await window.page.locator('.monaco-workbench.hc-black').waitFor();
    await editor().configure({ 'workbench.colorTheme': 'Dark Modern' });
    await window.page.locator('.monaco-workbench.vs-dark').waitFor();
  });

  it('narrows the side bar', async () => {
    const window = await editor().window();
    await window.resizeSideBar(420);
    await window.resizeSideBar(300);
    const box = await window.page.locator('.part.sidebar').boundingBox();
    assert.ok(box && Math.abs(box.width - 300) < 10, `it is ${String(box?.width)} px wide`);
  });
});

describe('a window on a workspace that nobody trusts yet', () => {
  const editor = useEditor({ trustsWorkspaces: false });

  it('is in restricted mode', async () => {
    const window = await editor().window();
    await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
  });
});
