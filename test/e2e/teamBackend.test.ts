// A team over a real Redis in a real window: a person sets it up, gives a wrong password and then the right one, sees what others do, and
// the server goes and comes back.
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { projectRoot } from '../../scripts/vscode/projectRoot';
import { findRedis, REDIS_MISSING } from '../../scripts/test/findRedis';
import { RedisServer } from '../support/redisServer';
import { eventually, openTeamWindow, type TeamWindow } from '../support/teamWindow';
import { useTemporaryFolder } from '../support/temporaryFolder';
import { untilPasses } from '../support/until';
import { useEditor } from './support/useEditor';

const PASSWORD = 'correct horse';
const MATE = '01K3ANOTHERWINDOWQ7PX';

describe('a team over Redis in the window', function () {
  this.timeout(180_000);
  const folder = useTemporaryFolder();
  let server: RedisServer | undefined;
  let mate: TeamWindow | undefined;
  before(async function () {
    const program = findRedis();
    if (program === undefined) {
      console.warn(REDIS_MISSING);
      this.skip();
    }
    server = await RedisServer.start(program, { password: PASSWORD, durable: true });
  });
  const editor = useEditor();
  after(async () => {
    await mate?.close();
    await server?.stop();
  });

  const picture = async (name: string) =>
    (await editor().window()).screenshot(path.join(projectRoot, 'test-results', `team-${name}.png`));
  const item = async () => (await editor().window()).page.locator('.statusbar-item', { hasText: 'Team offline' });
  const health = async () => String(await (await editor().window()).host.execute('agentTeam.diagnose'));
  const question = async (text: RegExp) => (await editor().window()).notification(text);
  /** Looks at the health page until it says so: connections are made in the background. */
  const healthSays = async (expected: RegExp): Promise<string> => {
    let text = '';
    await untilPasses(async () => {
      text = await health();
      assert.match(text, expected);
    }, 60_000);
    return text;
  };
  const givePassword = async (password: string) => {
    const window = await editor().window();
    await window.press('Set password');
    await window.answerInput('Password of the shared Redis', password);
  };

  it('asks for the password, says that a wrong one is refused, and connects with the right one', async () => {
    // Whatever an earlier try gave is not known.
    await (await editor().window()).host.execute('agentTeam.clearApiKey', { target: 'redis' });
    const url = `${server?.url ?? ''}?team=e2e`;
    await editor().configure({
      'agentTeam.provider': 'offline',
      'agentTeam.events.url': url,
      'agentTeam.events.backend': 'redis',
    });
    await question(/works without its team: .* refuses access: NOAUTH/);
    await picture('password');
    await givePassword('battery staple');
    await question(/works without its team: .* refuses access: WRONGPASS/);
    await (await item()).waitFor();
    await healthSays(/## Problem: Events and team[\s\S]*refuses access: WRONGPASS[\s\S]*Set the password/);
    await picture('refused');
    await givePassword(PASSWORD);
    await (await item()).waitFor({ state: 'hidden' });
    const text = await healthSays(/## OK: Events and team\s+Connected to redis:\/\/127\.0\.0\.1:\d+\/0, team e2e\./);
    assert.doesNotMatch(text, /horse/);
    await picture('connected');
  });

  it('shows what others of the team do, with their window', async () => {
    const window = await editor().window();
    const redis = { url: server?.url ?? '', team: 'e2e', password: PASSWORD };
    mate = openTeamWindow({ folder: folder(), origin: MATE, alive: new Set(), redis });
    const other = mate;
    await eventually(() => other.exchange?.health().windows === 2, 'both windows are there', 60_000);
    await window.runCommand('Agent Team: Open events and traces');
    const page = await window.webviewWith('event-filter');
    other.bus.publishExternal('user.deployed', { title: 'Shipped 1.2 to staging' }, { source: 'user' });
    const row = page.locator('[data-testid="event-row"][data-topic="user.deployed"]:not([hidden])');
    await row.waitFor();
    await row.locator('.event-origin', { hasText: /^\s*Q7PX\s*$/ }).waitFor();
    await window.host.execute('agentTeam.ask', { request: 'is src/math.ts safe?', agent: 'qa' });
    await eventually(() => other.seen.some(({ topic }) => topic === 'run.completed'), 'they see what we do', 60_000);
    await page.getByTestId('event-origin').selectOption({ label: 'Other windows' });
    await page.locator('[data-topic="run.started"]').first().waitFor({ state: 'hidden' });
    await row.click();
    await page.getByText('From window Q7PX of the team').waitFor();
    await picture('events');
    await page.getByTestId('event-origin').selectOption({ label: 'All windows' });
  });

  it('works on without the server, says so in the status bar, and sends what waited when it is back', async () => {
    const window = await editor().window();
    await server?.kill();
    await (await item()).waitFor();
    await picture('offline');
    await window.host.execute('agentTeam.ask', { request: 'is src/math.ts safe?', agent: 'qa' });
    await healthSays(/## Attention: Events and team[\s\S]*can not be reached: ECONNREFUSED[\s\S]*\d+ events wait/);
    await window.webview(async (frame) => (await frame.getByText('Events and team').count()) > 0, 'of the health page');
    await picture('health-offline');
    const other = mate;
    assert.ok(other);
    const runs = () => other.seen.filter(({ topic }) => topic === 'run.completed').length;
    const before = runs();
    await server?.launch();
    await eventually(() => runs() === before + 1, 'what waited has come', 60_000);
    await (await item()).waitFor({ state: 'hidden' });
    await healthSays(/## OK: Events and team\s+Connected/);
  });
});
