// The commands on events and traces. A row of the runs tree or `{ traceId }` names the trace.
import * as z from 'zod';
import type { RunView } from '../../core/runs/runView';
import type { TraceTarget } from '../trace/traceSession';
import { COMMANDS } from '../ids';
import { parseArguments } from '../edge/commandArguments';

export interface TraceCommandsOptions {
  /** Brings the page to the front in an editor tab; without a target where the person was. */
  open: (target?: TraceTarget) => Promise<void>;
  runs: { get(runId: string): Promise<RunView | undefined> };
}

const openArguments = z.object({
  traceId: z.string().min(1).optional(),
  spanId: z.string().min(1).optional(),
  runId: z.string().min(1).optional(),
  taskId: z.string().min(1).optional(),
});

export class TraceCommands {
  constructor(private readonly options: TraceCommandsOptions) {}

  /** `agentTeam.openTrace` */
  async openTrace(args: unknown[]): Promise<void> {
    const { value } = parseArguments(openArguments, args, COMMANDS.openTrace);
    const traceId = value.traceId ?? (await this.traceOf(value.runId));
    const { spanId, taskId } = value;
    const isInside = spanId !== undefined || taskId !== undefined;
    await this.options.open(
      traceId === undefined ? undefined : { tab: 'trace', traceId, ...(isInside && { target: { spanId, taskId } }) },
    );
  }

  private async traceOf(runId: string | undefined): Promise<string | undefined> {
    return runId === undefined ? undefined : (await this.options.runs.get(runId))?.traceId;
  }
}
