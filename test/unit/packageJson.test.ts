// The manifest and the code name the same commands, views and settings.
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DEFAULT_SETTINGS } from '../../src/core/settings';
import { COMMANDS, VIEWS } from '../../src/vscode/ids';
import { MACHINE_SETTINGS, parseSettings, SETTING_KEYS } from '../../src/vscode/settings/settingsSchema';

interface SettingSchema {
  type: string;
  default: unknown;
  scope: string;
  markdownDescription: string;
  enum?: string[];
  markdownEnumDescriptions?: string[];
}

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    configuration: { title: string; properties: Record<string, SettingSchema> }[];
    views: Record<string, { id: string }[]>;
    viewsContainers: Record<string, { id: string }[]>;
    menus: Record<string, { command?: string; when?: string }[]>;
  };
}

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
/** As an English VS Code sees it. */
const text = read('package.json').replace(/"%([^%"]+)%"/g, (_, key: string) => JSON.stringify(texts[key]));
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  SettingSchema
>;

describe('package.json', () => {
  it('contributes exactly the commands that the code names', () => {
    const contributed = contributes.commands.map(({ command }) => command);
    assert.deepEqual(contributed.toSorted(), Object.values<string>(COMMANDS).toSorted());
  });

  it('gives every command the category of the product and a title in sentence case', () => {
    for (const { command, category, title } of contributes.commands) {
      assert.equal(category, 'Agent Team', command);
      assert.match(title, /^[A-Z][^!]*$/, command);
    }
  });

  it('contributes exactly the views and containers that the code names', () => {
    const views = Object.values(contributes.views).flat();
    const containers = Object.values(contributes.viewsContainers).flat();
    const contributed = [...views, ...containers].map(({ id }) => id);
    assert.deepEqual(contributed.toSorted(), Object.values<string>(VIEWS).toSorted());
  });

  it('uses in menus only commands that it contributes', () => {
    const known = new Set<string>(Object.values(COMMANDS));
    const used = Object.values(contributes.menus)
      .flat()
      .flatMap(({ command }) => command ?? []);
    assert.deepEqual(
      used.filter((command) => !known.has(command)),
      [],
    );
  });

  it('hides in the palette what can not work now', () => {
    const palette = new Map(contributes.menus['commandPalette']?.map(({ command, when }) => [command, when]));
    const conditions: Record<string, string[]> = {
      'gitOpenRepositoryCount > 0': ['reviewChanges', 'writeCommitMessage'],
      'editorIsOpen && isWorkspaceTrusted': ['documentSelection', 'generateTests', 'fixDiagnostics'],
      '!agentTeam.nobodyPaused': ['resumeAgent'],
      'agentTeam.hasOpenBreakers': ['resetBreaker'],
      'agentTeam.hasAgentFiles': ['openAgentFile'],
      'agentTeam.hasActiveRun': ['cancelRun', 'pauseRun'],
      'agentTeam.hasRuns': ['resumeRun', 'retryTask', 'deleteRun', 'openRunReport'],
      'agentTeam.hasOpenChanges': ['showChanges', 'acceptChanges', 'rejectChanges'],
    };
    for (const [when, commands] of Object.entries(conditions)) {
      for (const command of commands) assert.equal(palette.get(`agentTeam.${command}`), when, command);
    }
  });

  it('contributes exactly the settings that the schema knows', () => {
    assert.deepEqual(Object.keys(settings).toSorted(), SETTING_KEYS.map((key) => `agentTeam.${key}`).toSorted());
  });

  it('has the defaults of the code, each of which the schema accepts', () => {
    const { settings: parsed, problems } = parseSettings((key) => settings[`agentTeam.${key}`]?.default);
    assert.deepEqual(problems, []);
    assert.deepEqual(parsed, DEFAULT_SETTINGS);
  });

  it('lets only the machine set what can send data or widen rights', () => {
    for (const key of SETTING_KEYS) {
      const schema = settings[`agentTeam.${key}`];
      assert.equal(schema?.scope, MACHINE_SETTINGS.has(key) ? 'machine' : 'window', key);
    }
  });

  it('honours no setting of an untrusted workspace', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const settable = SETTING_KEYS.filter((key) => !MACHINE_SETTINGS.has(key)).map((key) => `agentTeam.${key}`);
    assert.deepEqual(restricted.toSorted(), settable.toSorted());
  });

  it('describes every setting, every choice of an enumeration, and links only to what exists', () => {
    for (const [id, { markdownDescription, enum: choices, markdownEnumDescriptions }] of Object.entries(settings)) {
      assert.ok(markdownDescription, id);
      assert.equal(markdownEnumDescriptions?.length, choices?.length, id);
      const texts = [markdownDescription, ...(markdownEnumDescriptions ?? [])].join('\n');
      for (const [, linked] of texts.matchAll(/`#([\w.]+)#`/g))
        assert.ok(linked !== undefined && linked in settings, `${id} links to ${linked}`);
      for (const [, linked] of texts.matchAll(/command:([\w.]+)/g)) {
        assert.ok(Object.values<string>(COMMANDS).includes(linked ?? ''), `${id} links to ${linked}`);
      }
    }
  });

  it('never activates for everything', () => {
    assert.ok(!manifest.activationEvents.includes('*'));
  });
});
