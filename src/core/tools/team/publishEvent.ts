// publish_event: what agents tell whoever subscribes, reactions and other extensions among them. Never in the extension's own name.
import * as z from 'zod';
import type { EventBus } from '../../events/eventBus';
import { messageOf } from '../../failure';
import { defineTool } from '../defineTool';
import { toolError, type Tool } from '../tool';

const input = z.object({
  topic: z
    .string()
    .trim()
    .min(1)
    .describe('"user." and one or more names separated by dots, such as "user.release.ready".'),
  payload: z.unknown().describe('Any JSON that tells what has happened.'),
});

export function createPublishTool(bus: Pick<EventBus, 'publishExternal'>): Tool {
  return defineTool({
    name: 'publish_event',
    description:
      'Publishes an event under a topic of your choice below "user.", for the agents and extensions that subscribe to it. It can not be taken back, and nobody answers it.',
    input,
    effect: 'write',
    aliases: { name: 'topic', event: 'topic', data: 'payload', body: 'payload' },
    title: ({ topic }) => topic,
    // No file of the workspace is written.
    intents: () => Promise.resolve([]),
    run({ topic, payload }, { agent, promptVersion, taskId, cause, signal }) {
      if (signal.aborted) return Promise.resolve(toolError('cancelled', 'Not published: the run was stopped.'));
      const by = {
        agent,
        ...(promptVersion !== undefined && { promptVersion }),
        ...(taskId !== undefined && { taskId }),
      };
      try {
        const event = bus.publishExternal(topic, payload, {
          source: `agent:${agent}`,
          by,
          ...(cause !== undefined && { causationId: cause }),
        });
        return Promise.resolve({ text: `Published ${event.topic} as event ${event.id}.` });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return Promise.resolve(toolError('event.refused', `Not published. ${messageOf(error)}`));
      }
    },
  });
}
