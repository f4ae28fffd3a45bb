// What a person lets agents do by themselves, by the buttons of the view of agents.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { READY_MADE } from '../../src/core/reactions/readyMade';
import { AgentControl, type AgentControlOptions } from '../../src/vscode/agents/agentControl';
import { untilPasses } from '../support/until';

describe('reactions in the view of agents', () => {
  const [first, second] = READY_MADE.map(({ id }) => id);
  const row = { fromTree: true, reaction: first };
  let on: Set<string>;
  let control: AgentControl;
  beforeEach(() => {
    on = new Set();
    control = new AgentControl({
      state: {
        readyMade: () => new Set(on),
        setReadyMade: (id: string, isOn: boolean) => (isOn ? on.add(id) : on.delete(id)),
      },
      consent: async () => ({ allow: () => undefined, reopen: () => undefined }),
    } as unknown as AgentControlOptions);
  });

  it('are switched on and off by their rows', async () => {
    await control.enable([row]);
    assert.deepEqual([...on], [first]);
    await control.disable([row]);
    assert.deepEqual([...on], []);
  });

  it('are chosen by the title of the view while the focus is on one that is on already', async () => {
    await control.enable([row]);
    let isDone = false;
    const enabled = control.enable([row]).then(() => (isDone = true));
    await untilPasses(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      assert.ok(isDone);
    });
    await enabled;
    assert.deepEqual([...on], [first, second]);
  });
});
