import * as assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { parseSettings, SETTING_KEYS, type SettingKey } from '../../../../src/vscode/settings/settingsSchema';

function parse(values: Partial<Record<SettingKey, unknown>>) {
  return parseSettings((key) => values[key]);
}

describe('the schema of the settings', () => {
  it('gives the defaults where nothing is set', () => {
    assert.deepEqual(parse({}), { settings: DEFAULT_SETTINGS, problems: [] });
  });

  it('reads null as not set', () => {
    const values = Object.fromEntries(SETTING_KEYS.map((key) => [key, null]));
    assert.deepEqual(parse(values), { settings: DEFAULT_SETTINGS, problems: [] });
  });

  it('replaces a bad value by its default, keeps the others and says which key, what and what to do', () => {
    const { settings, problems } = parse({ provider: 'cloud', 'limits.maxTurns': 0, 'retry.maxAttempts': 2 });
    assert.equal(settings.provider, 'auto');
    assert.equal(settings.limits.maxTurns, 25);
    assert.equal(settings.retry.maxAttempts, 2);
    assert.deepEqual(
      problems.map(({ key }) => key),
      ['agentTeam.provider', 'agentTeam.limits.maxTurns'],
    );
    assert.match(problems[0]?.problem ?? '', /"auto"\|"openai"\|"vscode"\|"offline"/);
    assert.deepEqual(
      problems.map(({ instead }) => instead),
      [
        { used: 'default', value: '"auto"' },
        { used: 'default', value: '25' },
      ],
    );
  });

  it('has a default and a rejection for every key', () => {
    for (const key of SETTING_KEYS) {
      const { settings, problems } = parse({ [key]: Symbol('nonsense') });
      assert.deepEqual(settings, DEFAULT_SETTINGS, key);
      assert.deepEqual(
        problems.map((problem) => problem.key),
        [`agentTeam.${key}`],
      );
    }
  });

  it('leaves out the bad entries of a record or list and keeps the good ones', () => {
    const { settings, problems } = parse({
      models: { dev: 'gpt-4o', qa: 7, router: { endpoint: 'ollama', model: 'qwen' }, writer: { modell: 'x' } },
      prices: { 'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 }, bad: { input: -1, output: 1 } },
      'agents.disabled': ['writer', 3, 'writer'],
    });
    assert.deepEqual(settings.models, { dev: { model: 'gpt-4o' }, router: { endpoint: 'ollama', model: 'qwen' } });
    assert.deepEqual(settings.prices, { 'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 } });
    assert.deepEqual(settings.agents.disabled, ['writer']);
    assert.deepEqual(
      problems.map(({ key }) => key),
      ['agentTeam.models.qa', 'agentTeam.models.writer', 'agentTeam.agents.disabled[1]', 'agentTeam.prices.bad'],
    );
  });

  it('reads a model as a name or as a name at an endpoint', () => {
    const { settings, problems } = parse({
      models: { default: 'o3', dev: { endpoint: 'offline' }, qa: { endpoint: 'offline', model: '' } },
    });
    const offline = { endpoint: 'offline', model: '' };
    assert.deepEqual(settings.models, { default: { model: 'o3' }, dev: offline, qa: offline });
    assert.deepEqual(problems, []);
  });

  it('takes variables of the environment in header values only', () => {
    const good = { 'X-Team': 'a ${env:TEAM} b' };
    const { settings, problems } = parse({
      'openai.baseUrl': 'http://${env:HOST}/v1',
      'openai.headers': { ...good, 'X-File': '${file:/etc/passwd}', 'X-Command': '${command:foo}' },
      endpoints: { lab: { baseUrl: 'http://${env:HOST}/v1' }, ok: { baseUrl: 'https://lab.test/v1', headers: good } },
    });
    assert.equal(settings.openai.baseUrl, '');
    assert.deepEqual(settings.openai.headers, good);
    assert.deepEqual(settings.endpoints, { ok: { baseUrl: 'https://lab.test/v1', headers: good } });
    assert.deepEqual(
      problems.map(({ key }) => key),
      [
        'agentTeam.openai.baseUrl',
        'agentTeam.openai.headers.X-File',
        'agentTeam.openai.headers.X-Command',
        'agentTeam.endpoints.lab',
      ],
    );
    assert.match(problems[0]?.problem ?? '', /only in header values/);
  });

  it('never repeats a value in a problem: it may be a secret', () => {
    const secret = 'sk-not-for-logs';
    const { problems } = parse({
      'openai.baseUrl': `ftp://${secret}@host`,
      'openai.headers': { Authorization: `${secret}\n`, 'bad name': secret, Number: 5 },
      endpoints: { a: { baseUrl: `https://user:${secret}@host/v1` }, b: { baseUrl: 'https://h/v1', key: secret } },
      models: { dev: { endpoint: 5, model: secret } },
      provider: secret,
    });
    assert.equal(problems.length, 8);
    assert.ok(!JSON.stringify(problems).includes(secret));
  });

  it('refuses endpoint names that have a meaning of their own', () => {
    const { settings, problems } = parse({
      endpoints: { vscode: { baseUrl: 'https://h/v1' }, auto: { baseUrl: 'https://h/v1' } },
    });
    assert.deepEqual(settings.endpoints, {});
    assert.deepEqual(
      problems.map(({ problem }) => problem),
      ['This name is reserved.', 'This name is reserved.'],
    );
  });

  it('takes the address of a shared Redis without a password, and never repeats one', () => {
    for (const url of ['redis://localhost', 'rediss://ada@redis.example:6380/2?team=core', 'redis://[::1]:6379/0']) {
      const { settings, problems } = parse({ 'events.backend': 'redis', 'events.url': url });
      assert.deepEqual([settings.events, problems], [{ backend: 'redis', url }, []]);
    }
    const bad: [string, RegExp][] = [
      ['redis://:hunter2secret@localhost', /password does not belong here.*Set API key.*redis/],
      ['http://localhost:6379', /Expected redis:\/\//],
      ['localhost:6379', /Expected redis:\/\//],
      ['redis://localhost/events', /number of a database/],
      ['redis://localhost?team=a&x=1', /only parameter/],
      ['redis://localhost?team=a%20b', /letters, digits/],
    ];
    for (const [url, problem] of bad) {
      const { settings, problems } = parse({ 'events.backend': 'redis', 'events.url': url });
      assert.equal(settings.events.url, '');
      assert.deepEqual(
        problems.map(({ key }) => key),
        ['agentTeam.events.url'],
      );
      assert.match(problems[0]?.problem ?? '', problem);
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
    }
  });

  it('asks where the shared Redis is', () => {
    const { problems } = parse({ 'events.backend': 'redis' });
    assert.deepEqual(
      problems.map(({ key, instead }) => [key, instead.used]),
      [['agentTeam.events.url', 'window']],
    );
  });

  it('accepts every value that the contract names', () => {
    for (const provider of ['auto', 'openai', 'vscode', 'offline'])
      assert.equal(parse({ provider }).settings.provider, provider);
    const { settings, problems } = parse({
      'openai.stream': false,
      modelOptions: { router: { temperature: 0 }, dev: { maxOutputTokens: 4096 } },
      'limits.maxHandoffs': 0,
      'budget.maxCostPerRunUsd': 0.25,
      'trace.captureContent': false,
    });
    assert.deepEqual(problems, []);
    assert.equal(settings.openai.stream, false);
    assert.deepEqual(settings.modelOptions, { router: { temperature: 0 }, dev: { maxOutputTokens: 4096 } });
    assert.equal(settings.limits.maxHandoffs, 0);
    assert.equal(settings.budget.maxCostPerRunUsd, 0.25);
    assert.equal(settings.trace.captureContent, false);
  });
});
