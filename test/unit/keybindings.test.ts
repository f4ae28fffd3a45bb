import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Binding {
  command: string;
  key: string;
  mac?: string;
  when?: string;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { keybindings: Binding[]; commands: { command: string }[] };
};
const bindings = contributes.keybindings;

/** What VS Code gives these keys on a Mac, where no test of ours runs. */
const TAKEN_ON_MAC = new Set([
  'cmd+alt+t',
  'cmd+alt+f',
  'cmd+alt+b',
  'cmd+alt+i',
  'cmd+alt+c',
  'cmd+k cmd+a',
  'cmd+k r',
]);
/** What VS Code on the desktop adds to what it has in a browser; test/host compares with the latter. */
const TAKEN_ON_DESKTOP = new Set(['ctrl+k r', 'ctrl+k o', 'ctrl+k p', 'ctrl+alt+i']);

describe('key bindings', () => {
  it('belong to commands of ours, one each', () => {
    const commands = bindings.map(({ command }) => command);
    assert.equal(new Set(commands).size, commands.length);
    assert.deepEqual(
      commands.filter((command) => !contributes.commands.some((known) => known.command === command)),
      [],
    );
  });

  it('take no key that the desktop or a Mac has given away', () => {
    for (const { key, mac } of bindings) {
      assert.ok(!TAKEN_ON_DESKTOP.has(key), key);
      assert.ok(!TAKEN_ON_MAC.has(mac ?? key), mac ?? key);
    }
  });

  it('use plain keys of the editor only in our own diffs, which nobody types into', () => {
    for (const { key, when = '' } of bindings.filter(({ key }) => /enter|backspace|delete/.test(key))) {
      assert.equal(when, 'editorTextFocus && resourceScheme == agent-team-change && agentTeam.atChange', key);
    }
  });
});
