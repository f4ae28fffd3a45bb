// `npm run screenshots`: makes the pictures and the film of the README from the real window, in media/screenshots. The first one needs no
// model; in the others a scripted server stands for one, so that they look the same on every machine. Names as arguments make only those.
import type { Frame } from 'playwright-core';
import { Comments } from '../test/e2e/support/comments';
import { Editor } from '../test/e2e/support/editor';
import type { Window } from '../test/e2e/support/window';
import { ScriptedModelServer } from '../test/support/scriptedModelServer/scriptedModelServer';
import { goal, isThisSafe, review } from './pictures/answers';
import { Camera } from './pictures/camera';
import { npmScript } from './vscode/npmScript';
import { projectRoot } from './vscode/projectRoot';
import { runCommand } from './vscode/runCommand';

const viewport = { width: 1160, height: 860 };
const sideBarWidth = 440;
const compileTimeoutMs = 5 * 60_000;
const DARK = 'Default Dark Modern';

interface Scene {
  editor: Editor;
  window: Window;
  camera: Camera;
  server: ScriptedModelServer;
}

/** In this order; each begins with a chat of its own and leaves the window to the next. The server's model is called `gpt-4o`. */
const scenes: Record<string, (scene: Scene) => Promise<void>> = {
  offline: async ({ window, camera }) => {
    await window.selectLines(6, 9);
    await ask(await window.webviewWith('chat-input'));
    await camera.take('offline-dark');
  },
  answer: async (scene) => {
    const { editor, window, camera, server } = scene;
    const chat = await useModel(scene);
    server.script(...isThisSafe());
    await window.selectLines(6, 9);
    await ask(chat);
    await camera.take('answer-dark');
    await editor.configure({ 'workbench.colorTheme': 'Default Light Modern' });
    await window.page.locator('.monaco-workbench.vs').waitFor();
    await camera.take('answer-light');
    await dark(scene);
  },
  goal: async (scene) => {
    const { window, camera, server } = scene;
    await useModel(scene);
    server.script(...goal);
    const ended = window.host.execute('agentTeam.runGoal', { goal: 'Refuse amounts that make no sense' });
    await window.treeRows('Runs').filter({ hasText: 'Tell callers' }).filter({ hasText: 'running' }).waitFor();
    await window.page.locator('.pane-header', { hasText: 'Chat' }).click();
    await camera.take('goal-dark');
    server.gate('work').open();
    await ended;
    await window.page.locator('.pane-header', { hasText: 'Chat' }).click();
  },
  trace: async (scene) => {
    const { window, camera, server } = scene;
    await useModel(scene);
    server.script(...goal);
    server.gate('work').open();
    await window.host.execute('agentTeam.runGoal', { goal: 'Refuse amounts that make no sense' });
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.runCommand('Agent Team: Open events and traces');
    const page = await window.webview(
      async (frame) => (await frame.getByRole('tab', { name: 'Trace' }).count()) > 0,
      'with the tabs of traces',
      60_000,
    );
    await page.getByRole('tab', { name: 'Trace' }).click();
    await page.getByTestId('span-row').nth(3).click({ timeout: 60_000 });
    await camera.take('trace-dark');
    await window.runCommand('View: Close Editor');
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
  },
  review: async (scene) => {
    const { window, camera, server } = scene;
    await useModel(scene);
    server.script(...review);
    await window.openFile('src/math.ts');
    await window.runCommand('Agent Team: Review file');
    const comments = new Comments(window);
    await comments.marks.first().waitFor({ timeout: 60_000 });
    await comments.open(8, 'has no guard');
    await window.host.execute('notifications.clearAll');
    await window.goTo(1);
    await camera.take('review-dark');
    await window.host.execute('agentTeam.clearReviews');
  },
  health: async ({ window, camera, server }) => {
    server.reset();
    server.script({ reply: { text: 'ready' } });
    await window.runCommand('Agent Team: Check health');
    await window.webviewWith('health', 60_000);
    await camera.take('health-dark');
    await window.runCommand('View: Close Editor');
  },
  tour: async (scene) => {
    const { window, camera, server } = scene;
    const chat = await useModel(scene);
    server.script(...isThisSafe(60));
    await window.openFile('src/math.ts');
    await window.selectLines(6, 9);
    await chat.locator('.composer-box').getByText('math.ts:6-9').waitFor();
    await camera.film(1_200);
    await chat.getByTestId('chat-input').pressSequentially('is this safe?', { delay: 10 });
    await camera.film(700);
    await chat.getByTestId('chat-input').press('Enter');
    const answered = chat.locator('[data-testid="chat-message"][data-status="completed"]');
    await camera.filmWhile(answered.waitFor({ timeout: 60_000 }), 400);
    await camera.film(2_000);
    server.reset();
    server.script(...review);
    await window.goTo(1);
    await window.runCommand('Agent Team: Review file');
    const comments = new Comments(window);
    await camera.filmWhile(comments.marks.first().waitFor({ timeout: 60_000 }), 400);
    const comment = await comments.open(8, 'has no guard');
    await window.host.execute('notifications.clearAll');
    await camera.film(2_500);
    await comment.getByRole('button', { name: 'Apply fix' }).hover();
    await camera.film(900);
    await comments.act(comment, 'Apply fix');
    await comments.withText('has no guard').waitFor({ state: 'detached' });
    await window.page.mouse.move(viewport.width - 300, viewport.height - 120);
    await window.page.waitForTimeout(600);
    await camera.film(2_500);
    await camera.show('tour');
  },
};

async function main(asked: readonly string[]): Promise<number> {
  const { program, args } = npmScript('compile');
  const { exitCode } = await runCommand(program, args, { cwd: projectRoot, timeoutMs: compileTimeoutMs, echo: true });
  if (exitCode !== 0) return 1;
  const server = await ScriptedModelServer.start({ models: ['gpt-4o'] });
  const settings = {
    'workbench.layoutControl.enabled': false,
    'comments.openView': 'never',
    'editor.minimap.enabled': false,
  };
  const editor = await Editor.start({ viewport, settings });
  try {
    const window = await editor.window();
    const scene = { editor, window, server, camera: new Camera(window, viewport) };
    await arrange(scene);
    for (const [name, play] of Object.entries(scenes))
      if (asked.length === 0 || asked.includes(name)) await play(scene);
    return 0;
  } finally {
    await editor.stop();
    await server.close();
  }
}

async function arrange(scene: Scene): Promise<void> {
  const { window } = scene;
  await window.openFile('src/math.ts');
  await window.openViewContainer('Agent Team');
  await window.webviewWith('chat-input', 60_000);
  await window.resizeSideBar(sideBarWidth);
  await dark(scene);
}

async function dark({ editor, window }: Scene): Promise<void> {
  await editor.configure({ 'workbench.colorTheme': DARK });
  await window.page.locator('.monaco-workbench.vs-dark').waitFor();
}

/** The scripted model, and an empty chat. */
async function useModel({ editor, window, server }: Scene): Promise<Frame> {
  server.reset();
  await editor.configure({
    'agentTeam.provider': 'openai',
    'agentTeam.openai.baseUrl': server.baseUrl,
    'agentTeam.models': { default: 'gpt-4o' },
    'agentTeam.prices': { 'gpt-4o': { input: 2.5, output: 10 } },
  });
  await window.runCommand('Agent Team: New chat');
  const chat = await window.webviewWith('chat-empty');
  await chat.getByTestId('chat-model').getByText('gpt-4o').waitFor();
  return chat;
}

async function ask(chat: Frame): Promise<void> {
  await chat.locator('.composer-box').getByText('math.ts:6-9').waitFor();
  await chat.getByTestId('chat-input').fill('is this safe?');
  await chat.getByTestId('chat-input').press('Enter');
  await chat.locator('[data-testid="chat-message"][data-status="completed"]').waitFor({ timeout: 60_000 });
  await chat.getByTestId('usage').waitFor();
}

void main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
