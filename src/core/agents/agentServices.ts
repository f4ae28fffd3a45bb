// What the agent loop is built on. The engine makes one object of these; everything in it outlives the runs.
import type { Clock } from '../clock';
import type { SharedMemory } from '../memory/sharedMemory';
import type { ModelCaller } from '../model/modelCaller';
import type { SettingsSource } from '../settings';
import type { ToolSource } from '../tools/tool';
import type { ToolGate } from '../tools/toolGate';
import type { AgentBreakers } from './agentBreakers';
import type { AgentRegistry } from './agentRegistry';
import type { GuardrailChain } from './guardrails/guardrail';
import type { SystemMessages } from './systemMessages';

export interface AgentServices {
  readonly models: ModelCaller;
  readonly tools: ToolSource;
  readonly registry: AgentRegistry;
  readonly breakers: AgentBreakers;
  readonly guardrails: GuardrailChain;
  /** Stands before calls that write or execute; absent: none is stopped. */
  readonly gate?: ToolGate;
  /** What the team remembers; absent: nothing comes into prompts. */
  readonly memory?: Pick<SharedMemory, 'recall'>;
  /** Keeps what agents are told from one invocation to the next; absent: their tokens are counted each time. */
  readonly systemMessages?: SystemMessages;
  readonly settings: SettingsSource;
  readonly clock: Clock;
  /** Makes ids that are unique in the workspace (invocations). */
  newId(): string;
  /** Bugs in tools and guardrails; the run goes on with an error result. */
  onBug(error: unknown, where: string): void;
}
