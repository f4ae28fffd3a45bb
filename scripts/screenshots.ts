// `npm run screenshots`: makes the pictures of the README from the real window, in media/screenshots. The first one needs no
// model; in the others a scripted server stands for one, so that they look the same on every machine.
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { Editor } from '../test/e2e/support/editor';
import type { Window } from '../test/e2e/support/window';
import type { ServerRule } from '../test/support/scriptedModelServer/script';
import { ScriptedModelServer } from '../test/support/scriptedModelServer/scriptedModelServer';
import { npmScript } from './vscode/npmScript';
import { projectRoot } from './vscode/projectRoot';
import { runCommand } from './vscode/runCommand';

const folder = path.join(projectRoot, 'media', 'screenshots');
const viewport = { width: 1160, height: 860 };
const sideBarWidth = 440;
const compileTimeoutMs = 5 * 60_000;

const answer = `\`divide\` has **no guard for \`b = 0\`**: the result is \`Infinity\` or \`NaN\`, and nobody notices. Two callers can get there:

- \`average([])\` in \`src/math.ts:12-14\`
- \`split(amount, 0)\` in \`src/math.ts:22-26\`

Decide what it is, and say so:

\`\`\`ts
if (b === 0) throw new RangeError('b is 0');
\`\`\`
`;

const rules: ServerRule[] = [
  {
    when: { hasTool: 'transfer_to_supervisor' },
    times: 'always',
    reply: {
      toolCalls: [{ name: 'transfer_to_qa', arguments: { reason: 'asks whether the code is safe' } }],
      usage: { prompt_tokens: 812, completion_tokens: 24 },
    },
  },
  {
    when: { lastRole: 'user' },
    reply: {
      reasoning: 'The selection is divide(). What can b be? Its callers tell.',
      toolCalls: [
        { name: 'static_analysis', arguments: { path: 'src/math.ts' } },
        { name: 'search_text', arguments: { query: 'divide(', include: 'src/**' } },
      ],
      usage: { prompt_tokens: 2210, completion_tokens: 96 },
    },
  },
  { reply: { text: answer, usage: { prompt_tokens: 3014, completion_tokens: 168 } } },
];

/** Compiles, opens the window, and writes the pictures; the scripted server's model is called `gpt-4o` in them. */
async function main(): Promise<number> {
  const { program, args } = npmScript('compile');
  const { exitCode } = await runCommand(program, args, { cwd: projectRoot, timeoutMs: compileTimeoutMs, echo: true });
  if (exitCode !== 0) return 1;
  const server = await ScriptedModelServer.start({ models: ['gpt-4o'] });
  const editor = await Editor.start({ viewport, settings: { 'workbench.layoutControl.enabled': false } });
  try {
    const window = await editor.window();
    await arrange(window);
    await editor.configure({ 'workbench.colorTheme': 'Default Dark Modern' });
    await window.page.locator('.monaco-workbench.vs-dark').waitFor();
    await ask(await window.webviewWith('chat-input'));
    await take(window, 'offline-dark');
    await editor.configure({
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': server.baseUrl,
      'agentTeam.models': { default: 'gpt-4o' },
      'agentTeam.prices': { 'gpt-4o': { input: 2.5, output: 10 } },
    });
    server.script(...rules);
    await window.runCommand('Agent Team: New chat');
    const chat = await window.webviewWith('chat-empty');
    await chat.getByTestId('chat-model').getByText('gpt-4o').waitFor();
    await ask(chat);
    await take(window, 'answer-dark');
    await editor.configure({ 'workbench.colorTheme': 'Default Light Modern' });
    await window.page.locator('.monaco-workbench.vs').waitFor();
    await take(window, 'answer-light');
    return 0;
  } finally {
    await editor.stop();
    await server.close();
  }
}

async function arrange(window: Window): Promise<void> {
  await window.openFile('src/math.ts');
  await window.openViewContainer('Agent Team');
  await window.webviewWith('chat-input', 60_000);
  await window.resizeSideBar(sideBarWidth);
  await window.selectLines(6, 9);
}

async function ask(chat: Frame): Promise<void> {
  await chat.locator('.composer-box').getByText('math.ts:6-9').waitFor();
  await chat.getByTestId('chat-input').fill('is this safe?');
  await chat.getByTestId('chat-input').press('Enter');
  await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
  await chat.getByTestId('usage').waitFor();
}

/** Waits until nothing moves any more: two pictures in a row are the same. */
async function take(window: Window, name: string): Promise<void> {
  // Away from everything that reacts to the pointer.
  await window.page.mouse.move(viewport.width - 300, viewport.height - 120);
  let before = await window.page.screenshot();
  for (let tries = 0; tries < 40; tries += 1) {
    await window.page.waitForTimeout(300);
    const now = await window.page.screenshot();
    if (now.equals(before)) break;
    before = now;
  }
  const file = path.join(folder, `${name}.png`);
  await window.screenshot(file);
  console.log(path.relative(projectRoot, file));
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
