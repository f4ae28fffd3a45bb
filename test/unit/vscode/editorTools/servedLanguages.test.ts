import assert from 'node:assert/strict';
import { isServed } from '../../../../src/vscode/editorTools/servedLanguages';

describe('isServed', () => {
  const manifests = [
    undefined,
    { name: 'theme' },
    { activationEvents: 'onLanguage:php' },
    { activationEvents: ['onStartupFinished', 'onLanguage:typescript'] },
  ];

  it('finds an extension that files of the language activate', () => {
    assert.ok(isServed('typescript', manifests));
  });

  it('takes no other language, and nothing that is no list', () => {
    assert.ok(!isServed('typescriptreact', manifests));
    assert.ok(!isServed('php', manifests));
    assert.ok(!isServed('go', []));
  });
});
