import assert from 'node:assert/strict';
import type { AgentSpec } from '../../src/core/agents/agentSpec';
import { ReactionWindow, ReactionWorkspace } from './reactionWindow';

/** Windows for the tests of the surrounding `describe`; gone, and found without bugs, after each. */
export function useReactionWindows() {
  const windows: ReactionWindow[] = [];
  afterEach(() => {
    for (const window of windows) {
      window.kill();
      assert.deepEqual(window.bugs, []);
    }
    windows.length = 0;
  });

  function open(workspace: ReactionWorkspace, origin: string, agents: Partial<AgentSpec>[]): Promise<ReactionWindow> {
    const window = new ReactionWindow(workspace, origin, agents);
    windows.push(window);
    return window.start();
  }

  async function one(...agents: Partial<AgentSpec>[]) {
    const workspace = new ReactionWorkspace();
    const window = await open(workspace, 'w1', agents);
    return { workspace, window, clock: workspace.clock };
  }

  return { windows, open, one };
}

/** What each reaction was about. */
export const about = ({ fired }: ReactionWindow) => fired.map((reaction) => reaction.about);
