// One command of a tool from its place to its outcome, watched by the person, who may stop it.
import { isFailure, type Failure } from '../../failure';
import type { ToolContext } from '../tool';
import { preparePlace, type CommandFolder, type CommandPlace } from './commandPlace';
import type { CommandOutcome } from './commandRunner';
import type { ExecutingPorts } from './executingPorts';
import type { WindowSize } from './outputWindow';

export interface PlacedCommand {
  command: string;
  folder: CommandFolder;
  timeoutMs: number;
  keep?: WindowSize;
}

export interface PlacedOutcome extends CommandOutcome {
  place: CommandPlace;
  /** True when the person ended it on its screen. */
  stoppedByPerson: boolean;
}

/** Runs `request` and shows it on the screen of its scope. */
export async function runInPlace(
  ports: ExecutingPorts,
  request: PlacedCommand,
  context: ToolContext,
): Promise<PlacedOutcome | Failure> {
  const { runId, taskId, agent } = context;
  const place = await preparePlace(ports, request.folder, context);
  if (isFailure(place)) return place;
  const person = new AbortController();
  const line = ports.screens.begin(
    { runId, agent, ...(taskId !== undefined && { taskId }) },
    { command: request.command, cwd: request.folder.location.path, stop: () => person.abort() },
  );
  const outcome = await ports.runner.run(
    {
      command: request.command,
      cwd: place.cwd,
      timeoutMs: request.timeoutMs,
      environment: place.environment,
      ...(request.keep && { keep: request.keep }),
      onOutput: (text) => line.write(text),
    },
    AbortSignal.any([context.signal, person.signal]),
  );
  if (isFailure(outcome)) {
    line.end(outcome.message);
    return outcome;
  }
  const stoppedByPerson = outcome.end === 'stopped' && !context.signal.aborted;
  line.end(statusLine({ ...outcome, stoppedByPerson }, request.timeoutMs));
  return { ...outcome, place, stoppedByPerson };
}

/** `exit code: 1 · 2.3 s`, and what ended the command where it did not end by itself. */
export function statusLine(
  outcome: Pick<PlacedOutcome, 'end' | 'exitCode' | 'endedBy' | 'durationMs' | 'stoppedByPerson'>,
  timeoutMs: number,
): string {
  const { end, exitCode, endedBy, durationMs, stoppedByPerson } = outcome;
  const code = `exit code: ${exitCode}`;
  const cause =
    end === 'timed_out'
      ? ` (ended after its time limit of ${seconds(timeoutMs)})`
      : end === 'stopped'
        ? ` (${stoppedByPerson ? 'stopped by the person' : 'stopped'})`
        : endedBy === undefined
          ? ''
          : ` (ended by ${endedBy})`;
  return `${code}${cause} · ${seconds(durationMs)}`;
}

/** `0.42 s`, `12.3 s`, `3 min 5 s`. */
export function seconds(durationMs: number): string {
  const value = durationMs / 1000;
  if (value < 10) return `${Number(value.toFixed(2))} s`;
  if (value < 120) return `${Number(value.toFixed(1))} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** What the model must know about where a command ran; empty when that was the workspace. */
export function placeNote({ pendingPaths }: CommandPlace): string {
  if (pendingPaths.length === 0) return '';
  const shown = pendingPaths.slice(0, 5).join(', ');
  const more = pendingPaths.length > 5 ? ` and ${pendingPaths.length - 5} more` : '';
  return `Ran in a scratch copy of the workspace that has the pending edits (${shown}${more}). Files that the command wrote are not in the workspace; propose them as edits if they are wanted.`;
}
