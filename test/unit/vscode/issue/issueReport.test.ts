import * as assert from 'node:assert/strict';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';
import { hostKind, issueReport, type IssueFacts } from '../../../../src/vscode/issue/issueReport';

const plain: IssueFacts = {
  versions: { 'Agent Team': '0.1.0', 'VS Code': '1.139.1' },
  settings: DEFAULT_SETTINGS,
  badSettings: [],
  health: [{ title: 'Model', state: 'ok' }],
  runs: [],
  failures: [],
};

const SECRET = 'sk-live-0123456789abcdef';
const PRIVATE = [SECRET, 'ada', 'acme', 'hunter2', 'payroll', 'Merger', '/home/', 'C:\\', '10.1.2.3', 'intranet'];

const withSecrets: TeamSettings = {
  ...DEFAULT_SETTINGS,
  provider: 'openai',
  openai: { baseUrl: `https://acme.example/v1?key=${SECRET}`, headers: { 'X-Acme': SECRET }, stream: false },
  endpoints: { acme: { baseUrl: 'http://10.1.2.3:8080/v1', headers: { Authorization: `Bearer ${SECRET}` } } },
  models: { default: { endpoint: 'acme', model: 'acme-merger-7b' }, payroll: { model: SECRET } },
  modelOptions: { payroll: { temperature: 1 } },
  agents: { disabled: ['payroll'], folders: ['/home/ada/acme', 'C:\\Users\\ada'] },
  router: { fallbackAgent: 'payroll' },
  limits: { ...DEFAULT_SETTINGS.limits, maxTurns: 7 },
  prices: { 'acme-merger-7b': { input: 1, output: 2 } },
  commands: { mode: 'auto', allow: ['deploy --to acme'], deny: ['cat /home/ada/payroll.csv'] },
  protectedFiles: ['payroll/**'],
  trace: { ...DEFAULT_SETTINGS.trace, otlpEndpoint: 'http://intranet/otlp', otlpHeaders: { key: SECRET } },
  events: { backend: 'redis', url: 'redis://ada:hunter2@intranet:6379/0?team=acme' },
};

describe('a report of an issue', () => {
  it('holds nothing private: no secret, address, path, name or content', () => {
    const text = issueReport({
      ...plain,
      settings: withSecrets,
      badSettings: ['agentTeam.models.payroll', `agentTeam.endpoints.${SECRET}`, 'agentTeam.openai.headers.X-Acme'],
      model: { endpoint: 'acme', isLanguageModel: true },
      health: [{ title: 'Storage', state: 'error' }],
      runs: [
        { kind: 'ask', status: 'failed' },
        { kind: 'ask', status: 'failed' },
      ],
      failures: [
        { topic: 'model.failed', reason: 'model.rate_limited' },
        { topic: 'tool.failed', reason: 'payroll.csv' },
        { topic: 'tool.failed', reason: `ENOENT: /home/ada/payroll.csv ${SECRET}` },
        { topic: 'ext.acme.failed', reason: 'model.rate_limited' },
        { topic: 'model.failed', reason: 'model.rate_limited' },
      ],
    });
    for (const word of PRIVATE) assert.ok(!text.toLowerCase().includes(word.toLowerCase()), `${word}\n${text}`);
    for (const line of [
      '- provider: openai',
      '- openai.baseUrl: https://other',
      '- openai.headers: 1 entry',
      '- openai.stream: false',
      '- endpoints: 1 entry',
      '- models: 2 entries',
      '- agents.folders: 2 entries',
      '- router.fallbackAgent: set',
      '- limits.maxTurns: 7',
      '- commands.mode: auto',
      '- trace.otlpEndpoint: http://private network',
      '- events.url: redis://private network',
      '- agentTeam.openai.headers',
      '- named endpoint',
      '- Storage: error',
      '- ask failed: 2',
      '- model.failed model.rate_limited: 2',
      '- tool.failed other reason: 2',
      '- other model.rate_limited: 1',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
    }
  });

  it('says of an untouched installation that there is nothing to tell', () => {
    const text = issueReport(plain);
    assert.match(text, /### Settings that are not the defaults\n\n- none\n/);
    assert.match(text, /### Recent failures\n\n- none\n/);
    assert.match(text, /- VS Code: 1\.139\.1\n/);
    assert.match(text, /### Model\n\n- not known\n/);
  });

  it('tells what kind of host an address has, never which', () => {
    const kinds = [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '192.168.0.7',
      'nas',
      'build.internal',
      'api.openai.com',
      'x.dev',
    ];
    assert.deepEqual(kinds.map(hostKind), [
      ...['loopback', 'loopback', 'loopback', 'private network', 'private network', 'private network'],
      ...['official', 'other'],
    ]);
  });
});
