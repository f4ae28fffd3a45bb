// Settings, keys, the picker and the status item, in a real VS Code.
import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { VsCodeLmProvider } from '../../src/adapters/vscodeLm/vsCodeLmProvider';
import { isFailure, UserError } from '../../src/core/failure';
import { LocalServers } from '../../src/core/model/localServers';
import { ModelDirectory } from '../../src/core/model/modelDirectory';
import { DEFAULT_SETTINGS } from '../../src/core/settings';
import { ApiKeys } from '../../src/vscode/models/apiKeys';
import { createGetJson } from '../../src/vscode/models/getJson';
import { ModelCommands, type ModelDialogs } from '../../src/vscode/models/modelCommands';
import type { ModelPickItem } from '../../src/vscode/models/modelPickItems';
import { ModelStatus } from '../../src/vscode/models/modelStatus';
import { StoredConsents } from '../../src/vscode/models/storedConsents';
import { reportSettingsProblems } from '../../src/vscode/settings/reportSettingsProblems';
import { VsCodeSettings } from '../../src/vscode/settings/vsCodeSettings';
import { ManualClock } from '../support/manualClock';
import { ScriptedProvider } from '../support/scriptedProvider';
import { InMemoryMemento, InMemorySecrets } from './support/inMemoryState';
import { until } from '../support/until';
import { offer, scriptedLanguageModels, type ScriptedLanguageModels } from './support/scriptedLanguageModels';

const never = new AbortController().signal;
const { Global, Workspace } = vscode.ConfigurationTarget;

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('agentTeam');
}

async function resetSettings(): Promise<void> {
  for (const key of ['provider', 'models', 'endpoints', 'agents.disabled', 'limits.maxTurns', 'openai.baseUrl']) {
    const values = configuration().inspect(key);
    if (values?.globalValue !== undefined) await configuration().update(key, undefined, Global);
    if (values?.workspaceValue !== undefined) await configuration().update(key, undefined, Workspace);
  }
}

/** Everything that sets up models, over the real settings; keys and consents are in memory. */
class Bench {
  readonly settings = new VsCodeSettings();
  readonly secrets = new InMemorySecrets();
  readonly environment: Record<string, string> = {};
  readonly keys = new ApiKeys(this.secrets, (name) => this.environment[name]);
  readonly consents = new StoredConsents(new InMemoryMemento());
  readonly openai = new ScriptedProvider('openai', {
    ready: false,
    needs: 'A key is needed.',
    reason: 'model.unauthorized',
  });
  readonly vscodeLm = new VsCodeLmProvider({
    access: { canSendRequest: () => true, onDidChange: new vscode.EventEmitter<void>().event },
    justification: 'test',
  });
  readonly informed: string[] = [];
  readonly directory: ModelDirectory;
  readonly commands: ModelCommands;
  typedKey: string | undefined = 'sk-test-0123456789';
  quickPick: vscode.QuickPick<ModelPickItem> | undefined;

  constructor(localBaseUrl = 'http://127.0.0.1:9/v1') {
    const { settings, keys, consents, openai } = this;
    this.directory = new ModelDirectory({
      settings: settings.current,
      providers: {
        openai,
        vscode: this.vscodeLm,
        offline: new ScriptedProvider('offline', { ready: true, why: 'rules' }),
      },
      localServers: new LocalServers({
        clock: new ManualClock(),
        getJson: createGetJson(fetch),
        servers: [{ name: 'ollama', label: 'Ollama', baseUrl: localBaseUrl }],
      }),
      consents,
      environment: () => undefined,
      changes: [
        (handler) => settings.onDidChange(handler),
        (handler) => keys.onDidChange(handler),
        (handler) => consents.onDidChange(handler),
        (handler) => this.vscodeLm.onDidChange(handler),
      ],
    });
    this.commands = new ModelCommands({
      directory: this.directory,
      settings: settings.current,
      keys,
      consents,
      dialogs: this.dialogs(),
      createQuickPick: () => (this.quickPick = vscode.window.createQuickPick<ModelPickItem>()),
    });
  }

  /** Opens the picker, waits until every endpoint has answered, and picks the row with that label. */
  async pick(label: string): Promise<readonly ModelPickItem[]> {
    const done = this.commands.selectModel();
    const { quickPick } = this;
    assert.ok(quickPick, 'the picker opens at once');
    await until(() => !quickPick.busy && this.directory.current() !== undefined);
    const rows = quickPick.items;
    const row = rows.find((item) => item.label === label);
    assert.ok(row, `no row ${label} among ${rows.map((item) => item.label).join(', ')}`);
    if (quickPick.activeItems[0]?.label !== label) {
      const activated = new Promise<void>((resolve) =>
        quickPick.onDidChangeActive(([item]) => item?.label === label && resolve()),
      );
      quickPick.activeItems = [row];
      await activated;
    }
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await done;
    return rows;
  }

  dispose(): void {
    this.directory.dispose();
    this.settings.dispose();
    this.keys.dispose();
  }

  private dialogs(): ModelDialogs {
    return {
      askForKey: async () => this.typedKey,
      pickEndpoint: async (endpoints) => endpoints.at(-1),
      inform: (message) => void this.informed.push(message),
    };
  }
}

async function current(bench: Bench): Promise<string> {
  await bench.directory.refresh();
  const description = bench.directory.current();
  return description?.kind === 'selected' ? `${description.id.endpoint}:${description.id.model}` : 'failed';
}

describe('the settings in VS Code', () => {
  beforeEach(resetSettings);
  after(resetSettings);

  it('are the defaults of the code where nobody set anything', () => {
    const settings = new VsCodeSettings();
    assert.deepEqual(settings.current(), DEFAULT_SETTINGS);
    assert.deepEqual(settings.problems(), []);
    settings.dispose();
  });

  it('change at once and tell so, but only when a value of ours is different', async () => {
    const settings = new VsCodeSettings();
    let changes = 0;
    settings.onDidChange(() => (changes += 1));
    const before = settings.current();
    await vscode.workspace.getConfiguration('editor').update('fontSize', 13, Global);
    assert.equal(settings.current(), before);
    await configuration().update('limits.maxTurns', 7, Global);
    assert.equal(settings.current().limits.maxTurns, 7);
    assert.equal(changes, 1);
    await vscode.workspace.getConfiguration('editor').update('fontSize', undefined, Global);
    settings.dispose();
  });

  it('take what can send data or widen rights from the user only, whatever the workspace’s file says', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json');
    const settings = new VsCodeSettings();
    // The served VS Code misses a change of the file now and then: it is written until it is seen.
    const untilSeen = async (act: () => Thenable<void>, maxTurns: number) => {
      let acted = 0;
      await until(async () => {
        if (Date.now() - acted > 2_000) {
          await act();
          acted = Date.now();
        }
        return settings.current().limits.maxTurns === maxTurns;
      }, 'the change of the file is seen');
    };
    const values = {
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': 'http://evil.test/v1',
      'agentTeam.endpoints': { evil: { baseUrl: 'http://evil.test/v1' } },
      'agentTeam.limits.maxTurns': 3,
    };
    const bytes = new TextEncoder().encode(JSON.stringify(values));
    await untilSeen(() => vscode.workspace.fs.writeFile(file, bytes), 3);
    assert.deepEqual(settings.current(), {
      ...DEFAULT_SETTINGS,
      limits: { ...DEFAULT_SETTINGS.limits, maxTurns: 3 },
    });
    const { maxTurns } = DEFAULT_SETTINGS.limits;
    await untilSeen(() => vscode.workspace.fs.writeFile(file, new TextEncoder().encode('{}')), maxTurns);
    await vscode.workspace.fs.delete(file);
    settings.dispose();
  });

  it('let a workspace override the rest, and add to the agents that are off', async () => {
    await configuration().update('agents.disabled', ['writer'], Global);
    await configuration().update('agents.disabled', ['qa', 'writer'], Workspace);
    await configuration().update('limits.maxTurns', 9, Global);
    await configuration().update('limits.maxTurns', 5, Workspace);
    const settings = new VsCodeSettings();
    assert.deepEqual(settings.current().agents.disabled, ['writer', 'qa']);
    assert.equal(settings.current().limits.maxTurns, 5);
    settings.dispose();
  });

  it('honour nothing of a workspace that is not trusted, until it is', async () => {
    await configuration().update('agents.disabled', ['writer'], Global);
    await configuration().update('agents.disabled', ['qa'], Workspace);
    await configuration().update('limits.maxTurns', 5, Workspace);
    const trust = new vscode.EventEmitter<void>();
    const source = {
      getConfiguration: vscode.workspace.getConfiguration,
      onDidChangeConfiguration: vscode.workspace.onDidChangeConfiguration,
      onDidGrantWorkspaceTrust: trust.event,
      isTrusted: false,
    };
    const settings = new VsCodeSettings(source);
    assert.deepEqual(settings.current().agents.disabled, ['writer']);
    assert.equal(settings.current().limits.maxTurns, 25);
    source.isTrusted = true;
    trust.fire();
    assert.deepEqual(settings.current().agents.disabled, ['writer', 'qa']);
    assert.equal(settings.current().limits.maxTurns, 5);
    settings.dispose();
  });

  it('report a bad value once, with its key, the problem and the remedy', async () => {
    const settings = new VsCodeSettings();
    const warnings: string[] = [];
    const reporting = reportSettingsProblems(settings, async (message) => {
      warnings.push(message);
      return undefined;
    });
    await configuration().update('limits.maxTurns', -1, Global);
    await configuration().update('agents.disabled', ['writer'], Global);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /agentTeam\.limits\.maxTurns .*The default 25 is used/);
    await configuration().update('limits.maxTurns', 4, Global);
    await configuration().update('limits.maxTurns', -2, Global);
    assert.equal(warnings.length, 2, 'it came back');
    reporting.dispose();
    settings.dispose();
  });
});

describe('API keys', () => {
  const bench = new Bench();
  after(() => bench.dispose());
  const official = { name: 'openai', kind: 'official' } as const;

  it('are kept by endpoint; a stored one comes before OPENAI_API_KEY', async () => {
    bench.environment['OPENAI_API_KEY'] = ' sk-from-environment ';
    assert.equal(await bench.keys.get(official), 'sk-from-environment');
    assert.equal(await bench.keys.source(official), 'environment');
    await bench.keys.set('openai', 'sk-stored');
    assert.equal(await bench.keys.get(official), 'sk-stored');
    assert.equal(await bench.keys.source(official), 'stored');
    assert.equal(await bench.keys.clear('openai'), true);
    assert.equal(await bench.keys.clear('openai'), false);
    assert.equal(await bench.keys.get({ name: 'openai', kind: 'base-url' }), 'sk-from-environment');
  });

  it('of OpenAI never go to another endpoint', async () => {
    bench.environment['OPENAI_API_KEY'] = 'sk-from-environment';
    await bench.keys.set('openai', 'sk-stored');
    assert.equal(await bench.keys.get({ name: 'lab', kind: 'named' }), undefined);
    assert.equal(await bench.keys.get({ name: 'ollama', kind: 'local' }), undefined);
    assert.equal(await bench.keys.source({ name: 'lab', kind: 'named' }), 'none');
    await bench.keys.clear('openai');
  });

  it('that another window sets or clears count at once, and are not read again before', async () => {
    await bench.keys.get(official);
    const reads = bench.secrets.reads;
    await bench.keys.get(official);
    assert.equal(bench.secrets.reads, reads);
    let changes = 0;
    const subscription = bench.keys.onDidChange(() => (changes += 1));
    await bench.secrets.store('agentTeam.apiKey.openai', 'sk-other-window');
    assert.equal(await bench.keys.get(official), 'sk-other-window');
    await bench.secrets.store('something.else', 'x');
    assert.equal(changes, 1);
    subscription.dispose();
    await bench.keys.clear('openai');
  });

  it('are asked for in a masked box only, trimmed, and never repeated to anybody', async () => {
    bench.typedKey = '  sk-typed-0123456789\n';
    assert.equal(await bench.commands.setApiKey({ target: 'openai', key: 'sk-argument' }), true);
    assert.equal(await bench.keys.get(official), 'sk-typed-0123456789');
    assert.equal(bench.informed.length, 1);
    assert.ok(!bench.informed.join().includes('sk-'));
    bench.typedKey = undefined;
    assert.equal(await bench.commands.setApiKey({ target: 'openai' }), false);
    assert.equal(await bench.keys.get(official), 'sk-typed-0123456789');
    assert.equal(await bench.commands.clearApiKey({ target: 'openai' }), true);
    assert.equal(bench.informed.length, 1, 'a command with arguments says nothing');
  });

  it('can’t be set for an endpoint that does not exist', async () => {
    await assert.rejects(
      bench.commands.setApiKey({ target: 'nowhere' }),
      (error) => error instanceof UserError && /"nowhere".*Known are openai/.test(error.message),
    );
    await assert.rejects(bench.commands.setApiKey({ target: 'offline' }), UserError);
  });
});

describe('choosing a model', () => {
  let fixture: ScriptedLanguageModels;
  let bench: Bench;
  before(async () => {
    fixture = await scriptedLanguageModels();
    await offer(fixture, [{ id: 'tiny-1', family: 'tiny', name: 'Tiny' }]);
  });
  beforeEach(async () => {
    await resetSettings();
    bench = new Bench();
  });
  afterEach(() => bench.dispose());
  after(async () => {
    await resetSettings();
    await offer(fixture, []);
  });

  it('takes VS Code’s model by itself where nothing else is configured, and follows when it comes and goes', async () => {
    assert.equal(await current(bench), 'vscode:scripted/tiny');
    await offer(fixture, []);
    await until(() => bench.directory.current()?.kind === 'selected' && !isLanguageModel(bench));
    await offer(fixture, [{ id: 'tiny-1', family: 'tiny', name: 'Tiny' }]);
    await until(() => isLanguageModel(bench));
    assert.equal(await current(bench), 'vscode:scripted/tiny');
  });

  it('shows what each endpoint offers, what is missing with its remedy, and marks the one in use', async () => {
    await current(bench);
    const rows = await bench.pick('Offline');
    const text = rows.map(({ label, kind, iconPath }) => {
      const icon = iconPath instanceof vscode.ThemeIcon ? ` (${iconPath.id})` : '';
      return kind === vscode.QuickPickItemKind.Separator ? `-- ${label}` : `${label}${icon}`;
    });
    assert.deepEqual(text, [
      'Automatic (check)',
      '-- OpenAI · api.openai.com',
      'OpenAI lists no models',
      '-- VS Code',
      'Tiny (check)',
      '-- Without a language model',
      'Offline',
    ]);
    assert.equal(configuration().get('provider'), 'offline');
    assert.equal(await current(bench), 'offline:default-model');
  });

  it('offers to set a key where one is missing', async () => {
    bench.openai.list = async () => ({ reason: 'model.unauthorized', message: 'A key is needed.', retryable: false });
    bench.typedKey = undefined;
    const rows = await bench.pick('Set an API key for OpenAI');
    assert.equal(rows.find(({ label }) => label.startsWith('Set an API key'))?.detail, 'A key is needed.');
  });

  it('saves a model for the user, keeps the other roles, and leaves offline', async () => {
    await configuration().update('models', { qa: 'big', default: 'old' }, Global);
    await configuration().update('provider', 'offline', Global);
    await bench.pick('Tiny');
    assert.deepEqual(configuration().inspect('models')?.globalValue, {
      qa: 'big',
      default: { endpoint: 'vscode', model: 'scripted/tiny' },
    });
    assert.equal(configuration().inspect('provider')?.globalValue, undefined);
    assert.equal(bench.consents.has('vscode'), true);
    assert.equal(await current(bench), 'vscode:scripted/tiny');
    await bench.pick('Automatic');
    assert.deepEqual(configuration().inspect('models')?.globalValue, { qa: 'big' });
  });

  it('changes nothing when the person leaves', async () => {
    const done = bench.commands.selectModel();
    bench.quickPick?.hide();
    await done;
    assert.equal(configuration().inspect('models')?.globalValue, undefined);
    assert.deepEqual(bench.informed, []);
  });

  it('chooses without a question where the command has an argument', async () => {
    const select = (target: string) => bench.commands.selectModel({ target });
    assert.deepEqual(await select('vscode/scripted/tiny'), { endpoint: 'vscode', model: 'scripted/tiny' });
    assert.equal(await current(bench), 'vscode:scripted/tiny');
    assert.deepEqual(await select('offline'), { endpoint: 'offline', model: '' });
    assert.equal(await current(bench), 'offline:default-model');
    assert.deepEqual(await select('auto'), { endpoint: 'auto', model: '' });
    const unknown = await select('nowhere/x');
    assert.ok(isFailure(unknown));
    const local = await select('ollama/qwen3');
    assert.ok(isFailure(local));
    assert.equal(local.reason, 'model.consent_required', 'only a person agrees to a local server');
  });

  it('says so where the workspace has decided otherwise', async () => {
    await configuration().update('models', { default: { endpoint: 'offline', model: '' } }, Workspace);
    await bench.pick('Tiny');
    assert.match(bench.informed.join(), /workspace's own setting agentTeam\.models decides/);
    const outcome = await bench.commands.selectModel({ target: 'vscode/scripted/tiny' });
    assert.ok(isFailure(outcome));
    assert.equal(outcome.reason, 'settings.overridden');
  });

  it('finds a local server, and uses it only after a person picked it', async () => {
    await offer(fixture, []);
    const server = createServer((_request, response) => {
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'qwen3:8b', object: 'model' }] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const local = new Bench(`http://127.0.0.1:${port}/v1`);
    const select = async () => local.directory.select('dev', { interactive: true, signal: never });
    try {
      const before = await select();
      assert.ok(!isFailure(before));
      assert.equal(before.model.id.endpoint, 'offline');
      const rows = await local.pick('qwen3:8b');
      assert.match(rows.find(({ label }) => label === 'qwen3:8b')?.detail ?? '', /lets Agent Team use Ollama/);
      await local.commands.selectModel({ target: 'auto' });
      const after = await select();
      assert.ok(!isFailure(after));
      assert.deepEqual([after.model.id.endpoint, after.model.id.model], ['ollama', 'qwen3:8b']);
      assert.match(after.why, /Ollama runs on this machine and you agreed to it/);
    } finally {
      local.dispose();
      server.close();
      await offer(fixture, [{ id: 'tiny-1', family: 'tiny', name: 'Tiny' }]);
    }
  });

  it('is shown in the status bar with its reason, and leads to the picker', async () => {
    const status = new ModelStatus(bench.directory);
    const { item } = status;
    assert.equal(item.command, 'agentTeam.selectModel');
    const tooltip = () => (item.tooltip as vscode.MarkdownString).value.replaceAll('\\', '');
    await current(bench);
    assert.equal(item.text, '$(sparkle) scripted/tiny');
    assert.match(tooltip(), /scripted\/tiny at VS Code answers\. It was chosen automatically: VS Code offers it\./);
    assert.match(tooltip(), /^- A key is needed\.$/m);
    await configuration().update('provider', 'offline', Global);
    await until(() => item.text === '$(circle-slash) Offline');
    assert.match(tooltip(), /You chose to work without a language model\./);
    await configuration().update('provider', 'openai', Global);
    await until(() => item.text === '$(warning) No model');
    assert.match(tooltip(), /A key is needed\./);
    assert.ok(item.backgroundColor);
    status.dispose();
  });
});

describe('what a local server may answer', () => {
  it('is refused when it is no JSON, an error, a redirect or too long', async () => {
    const answers: Record<string, [number, string]> = {
      '/html': [200, '<html>'],
      '/error': [500, '{}'],
      '/moved': [302, ''],
      '/long': [200, `"${'x'.repeat(1_100_000)}"`],
      '/fine': [200, '{"object":"list"}'],
    };
    const server = createServer((request, response) => {
      const [status, body] = answers[request.url ?? ''] ?? [404, ''];
      response.writeHead(status, { location: '/fine' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const get = createGetJson(fetch);
    const ask = (path: string) => get(`http://127.0.0.1:${port}${path}`, never);
    assert.deepEqual(await ask('/fine'), { object: 'list' });
    await assert.rejects(ask('/html'), SyntaxError);
    await assert.rejects(ask('/error'), /status 500/);
    await assert.rejects(ask('/moved'));
    await assert.rejects(ask('/long'), /too long/);
    server.closeAllConnections();
    server.close();
  });
});

function isLanguageModel(bench: Bench): boolean {
  const description = bench.directory.current();
  return description?.kind === 'selected' && description.isLanguageModel;
}
