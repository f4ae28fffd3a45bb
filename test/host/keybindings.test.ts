// Our key bindings beside VS Code's own, as this VS Code has them.
import * as assert from 'node:assert/strict';
import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import { activeEditor, closeAll } from './support/workspaceFiles';

interface Binding {
  key: string;
  command: string;
  when?: string;
}

describe('key bindings', () => {
  after(closeAll);

  it('are free: nobody else’s are reached by the same keys in the same place', async () => {
    await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
    const { document } = await activeEditor((editor) => editor.document.getText().includes('agentTeam.'));
    const bindings = parse(document.getText()) as Binding[];
    const ours = bindings.filter(({ command }) => command.startsWith('agentTeam.'));
    assert.deepEqual(
      ours.map(({ command }) => command).toSorted(),
      ['acceptHunk', 'ask', 'focusChat', 'rejectHunk', 'reviewFile'].map((name) => `agentTeam.${name}`),
    );
    for (const { key, command, when } of ours) {
      const others = bindings.filter((other) => other.key === key && other.command !== command);
      // A key that is the beginning of ours would never let it come to its end.
      const first = key.split(' ')[0] ?? '';
      assert.deepEqual(
        first === key ? [] : bindings.filter((other) => other.key === first && !isElsewhere(other.when)),
        [],
        key,
      );
      if (!/resourceScheme == '?agent-team-change'?/.test(when ?? '')) assert.deepEqual(others, [], key);
      else
        assert.deepEqual(
          others.filter((other) => !isElsewhere(other.when)),
          [],
          key,
        );
    }
  });
});

/** True where this never holds while the text of a read-only document of ours has the focus. */
function isElsewhere(when = ''): boolean {
  const elsewhere = [
    /!editorReadonly|^false$|focusedView ==|activeEditor ==|activeCustomEditorId|[cC]hat|isMergeEditor|scmRepository/,
    /breadcrumbsActive|renameInputVisible|inQuickInput|searchViewletVisible|codeActionMenuVisible/,
    // The focus of something else.
    /(?<!!)\b(?!editor(?:Text)?Focus|(?:text)?[iI]nputFocus)\w+Focus(?:ed)?\b/,
  ];
  return when.split(' || ').every((part) => elsewhere.some((pattern) => pattern.test(part)));
}
