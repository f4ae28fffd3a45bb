// Which tools an agent is offered in a run: those of its definition that exist now.
import type { RunContext } from '../runs/runContext';
import type { Tool, ToolSource } from '../tools/tool';
import type { AgentSpec } from './agentSpec';
import { expandToolNames } from './toolGrants';

/** Nobody watches a reaction: it gets no tool that would ask a person by itself. */
export function offeredTools(spec: AgentSpec, source: ToolSource, run: RunContext): Tool[] {
  const isUnwatched = run.shared.kind === 'reaction';
  return expandToolNames(spec.tools).flatMap((name) => {
    const tool = source.get(name);
    return tool === undefined || (isUnwatched && tool.confirmsItself === true) ? [] : tool;
  });
}
