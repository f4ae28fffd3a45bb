// Every text for people can be translated, and every translation is complete. `npm run l10n` says what to do.
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseSource, textsOf } from '../../scripts/l10n/sourceTexts';
import {
  BUNDLE,
  bundleOf,
  compareTables,
  englishBundle,
  extractTexts,
  LANGUAGES,
  MANIFEST_TEXTS,
  manifestKeys,
  manifestTextsOf,
  readSource,
  readTable,
  sourceFiles,
} from '../../scripts/l10n/translations';
import { hasWords, unlocalisedInHost, unlocalisedInPage } from '../../scripts/l10n/unlocalised';

const HINT = 'run `npm run l10n` and translate what it lists';

/** Files of the editor's side whose sentences go to models or back to other agents, which read English. */
const FOR_MODELS = new Set([
  'src/vscode/actions/actionRequests.ts',
  'src/vscode/analysis/installedLinters.ts',
  'src/vscode/editorTools/vsCodeGitChanges.ts',
  'src/vscode/editorTools/vsCodeLanguageEdits.ts',
  'src/vscode/foreignTools/resultText.ts',
]);

/** Single sentences of that kind, and findings, which are in the language of the rules that they come from. */
const ENGLISH = [
  /^The project's \{\} says so/,
  /^The text of \{\} has changed\.$/,
  /^Answer with the word "ready"\.$/,
  /^There are no open findings\.$/,
  /^There is no file \{\} in the workspace\.$/,
  /^The run ended as \{\}/,
];

describe('texts for people', () => {
  const extraction = extractTexts();
  const english = englishBundle(extraction);

  it('are literals, so that they can be found', () => {
    assert.deepEqual(extraction.unreadable, []);
    assert.ok(Object.keys(english).length > 900, 'it reads the sources');
  });

  it(`stand in ${BUNDLE}`, () => {
    assert.deepEqual(readTable(BUNDLE), english, HINT);
  });

  for (const language of LANGUAGES) {
    for (const [file, texts] of [
      [bundleOf(language), english],
      [manifestTextsOf(language), readTable(MANIFEST_TEXTS)],
    ] as const) {
      it(`are all in ${file}, with the same placeholders and links, and nothing else is`, () => {
        assert.deepEqual(
          compareTables(texts, readTable(file)),
          { missing: [], stale: [], mismatched: [] },
          `${file}: ${HINT}`,
        );
      });
    }
  }

  it('of package.json are keys, and every key is used', () => {
    assert.deepEqual([...new Set(manifestKeys())].toSorted(), Object.keys(readTable(MANIFEST_TEXTS)).toSorted());
    assert.deepEqual(bareTexts(JSON.parse(readFileSync('package.json', 'utf8'))), []);
  });

  it('go into the package', () => {
    const shipped = readFileSync('.vscodeignore', 'utf8').split('\n');
    assert.ok(shipped.includes('!l10n/**') && shipped.includes('!package.nls*.json'));
  });

  it('are localised wherever the editor shows them', () => {
    const files = [...sourceFiles('src/vscode'), ...sourceFiles('src/composition'), 'src/entry.ts', 'src/extension.ts'];
    const found = files.filter((file) => !FOR_MODELS.has(file)).flatMap((file) => unlocalisedInHost(readSource(file)));
    assert.deepEqual(
      found.filter(({ what }) => !ENGLISH.some((pattern) => pattern.test(what))),
      [],
    );
  });

  it('of the offline rules are said in the language of the person', () => {
    // What the provider lists is shown nowhere: the picker has a row of its own.
    const files = sourceFiles('src/adapters/offline').filter((file) => !file.endsWith('/offlineProvider.ts'));
    assert.deepEqual(
      files.flatMap((file) => unlocalisedInHost(readSource(file))),
      [],
    );
  });

  it('of web pages come from their tables', () => {
    assert.deepEqual(
      sourceFiles('webview').flatMap((file) => unlocalisedInPage(readSource(file))),
      [],
    );
  });
});

describe('the search for texts', () => {
  const host = (code: string) => unlocalisedInHost(parseSource('src/vscode/x.ts', code)).map(({ what }) => what);
  const page = (code: string) => unlocalisedInPage(parseSource('webview/x.ts', code)).map(({ what }) => what);

  it('reads calls, comments, branches and tables', () => {
    const code = `
      vscode.l10n.t('one {0}', x);
      l10n.t({ message: 'two', args: [], comment: ['why'] });
      vscode.l10n.t(many ? 'three' : 'fo' + 'ur');
      vscode.l10n.t(variable);`;
    const { texts, unreadable } = textsOf(parseSource('src/vscode/x.ts', code));
    assert.deepEqual(
      texts.map(({ key }) => key),
      ['one {0}', 'two/why', 'three', 'four'],
    );
    assert.deepEqual(unreadable, [{ file: 'src/vscode/x.ts', line: 5, what: 'variable' }]);
    const rules = textsOf(parseSource('src/adapters/offline/x.ts', "say('seven'); situation.say('eight {0}', n);"));
    assert.deepEqual(
      rules.texts.map(({ key }) => key),
      ['seven', 'eight {0}'],
    );
    const table = textsOf(parseSource('src/protocol/x.ts', "export const X_STRINGS = { a: 'five', b: { c: 'six' } };"));
    assert.deepEqual(
      table.texts.map(({ key }) => key),
      ['five', 'six'],
    );
  });

  it('finds literals in messages, properties, items, errors and sentences', () => {
    assert.deepEqual(host("vscode.window.showErrorMessage('It broke', fine ? 'Retry' : l10n.t('Go on'));"), [
      'It broke',
      'Retry',
    ]);
    assert.deepEqual(host('pick({ placeHolder: `Choose ${what}`, title: l10n.t("ok") });'), ['Choose {}']);
    assert.deepEqual(host("item.tooltip = missing ?? 'Nothing here';"), ['Nothing here']);
    assert.deepEqual(host("throw new UserError('a.b', 'No file');"), ['No file']);
    assert.deepEqual(host("const why = (x) => x ? '' : 'There is nothing to do.';"), ['There is nothing to do.']);
    assert.deepEqual(host("log.warn('It could not be read.'); throw new Error('Internal error: it is gone.');"), []);
    assert.deepEqual(host("button = { label: '$(check) Agent Team', detail: '12 %' };"), []);
  });

  it('finds text, attributes and values that pages write', () => {
    assert.deepEqual(page('html`<p class="note">Hello ${name}</p>`'), ['Hello']);
    assert.deepEqual(page('html`<button aria-label="Close it" title=${t("x")}></button>`'), ['Close it']);
    assert.deepEqual(page("html`<p class=${on ? 'big' : ''}>${on ? 'Yes please' : t('no')}</p>`"), ['Yes please']);
    assert.deepEqual(page("label.textContent = 'Ready now'; node.setAttribute('aria-label', 'Go');"), [
      'Ready now',
      'Go',
    ]);
    assert.deepEqual(page('html`<span class="codicon codicon-x" role="img">&nbsp;· ${text}</span>`'), []);
  });

  it('notices what is missing, left over or filled in differently', () => {
    const texts = { 'a {0}': 'a {0}', b: 'b', c: 'c', d: '[d](command:x.y)' };
    assert.deepEqual(compareTables(texts, { 'a {0}': 'A {1}', b: 'B', d: '[D](command:x.z)', e: 'E' }), {
      missing: ['c'],
      stale: ['e'],
      mismatched: ['a {0}', 'd'],
    });
    assert.ok(!hasWords('Agent Team · {0} $(check)') && hasWords('Agent Team: checking'));
  });
});

/** Texts of package.json that people read and that are no keys. Names of the product stay; what models read is English. */
function bareTexts(node: unknown, key = '', path = ''): string[] {
  const here = `${path}/${key}`;
  if (/\/(inputSchema|modelDescription|default|pattern|activationEvents|scripts)$/.test(here)) return [];
  if (typeof node === 'string') {
    const isShown = /^(title|shortTitle|label|contents|markdown\w*|\w*[dD]escription|contextualTitle|fullName)$/;
    const isName = key === 'name' && /\/views\//.test(path);
    return (isShown.test(key) || isName) && hasWords(node) && !/^%[\w.]+%$/.test(node) ? [`${here}: ${node}`] : [];
  }
  if (Array.isArray(node)) {
    const shownLists = /^(enumItemLabels|(markdown)?[eE]numDescriptions)$/;
    return node.flatMap((item) => bareTexts(item, shownLists.test(key) ? 'label' : key, path));
  }
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => bareTexts(value, name, here));
}
