// What reading tools are made from.
import type { WorkspacePorts } from '../../workspace/workspacePorts';
import type { ToolContext } from '../tool';

/** The ports as the run of a call sees them: a run's pending edits overlay its workspace, and nobody else's. */
export type ReadingPorts = (context: Pick<ToolContext, 'runId' | 'taskId'>) => WorkspacePorts;
