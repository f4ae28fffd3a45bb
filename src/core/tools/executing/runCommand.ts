// run_command: one command line in the workspace, or in a scratch copy that has the run's pending edits.
import * as z from 'zod';
import { isFailure } from '../../failure';
import { defineTool } from '../defineTool';
import { failedWith } from '../reading/textBudget';
import type { Tool, ToolResult } from '../tool';
import { commandIntent, findCommandFolder } from './commandPlace';
import type { ExecutingPorts } from './executingPorts';
import { outputForModel } from './plainOutput';
import { placeNote, runInPlace, statusLine, type PlacedOutcome } from './runInPlace';

const DEFAULT_TIMEOUT_SECONDS = 120;
const MAX_TIMEOUT_SECONDS = 3600;
const MAX_COMMAND_CHARS = 20_000;

const input = z.object({
  command: z
    .string()
    .trim()
    .min(1)
    .max(MAX_COMMAND_CHARS)
    .refine((command) => !command.includes('\0'), 'has a NUL character in it')
    .describe('A shell command line (bash or sh; cmd on Windows). It has no terminal and its input is closed.'),
  cwd: z.string().optional().describe('A folder of the workspace. Default: the workspace folder.'),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(MAX_TIMEOUT_SECONDS)
    .optional()
    .describe(`When to end it. Default ${DEFAULT_TIMEOUT_SECONDS}.`),
});

const TITLE_CHARS = 120;

function firstLine(command: string): string {
  const [line = ''] = command.split('\n');
  return line.length > TITLE_CHARS || line !== command ? `${line.slice(0, TITLE_CHARS)}…` : line;
}

function render(outcome: PlacedOutcome, timeoutMs: number): ToolResult {
  const { output, place, leftBehind, end } = outcome;
  const { text, truncated } = outputForModel(output);
  const notes = [
    statusLine(outcome, timeoutMs),
    placeNote(place),
    ...(leftBehind > 0
      ? ['It left processes running in the background; they were ended, since nothing may outlive its command.']
      : []),
    ...(end === 'timed_out' ? ['Give a longer timeoutSeconds if it needs more, or run a part of it.'] : []),
  ].filter((note) => note !== '');
  const body = text === '' ? '(no output)' : place.toWorkspacePaths(text);
  const rendered = { text: `${notes.join('\n')}\n\n${body}`, ...(truncated && { truncated }) };
  if (end === 'timed_out') return { ...rendered, isError: true, reason: 'command.timed_out' };
  if (end === 'stopped') {
    return { ...rendered, isError: true, reason: outcome.stoppedByPerson ? 'command.stopped' : 'cancelled' };
  }
  return rendered;
}

/** A command that ends with another code than 0 is a result, not an error: what that means is for the agent to judge. */
export function createRunCommand(ports: ExecutingPorts): Tool {
  return defineTool({
    name: 'run_command',
    description:
      'Runs a shell command in the workspace, or in a scratch copy with your pending edits applied. Returns its exit code, duration and output (long output is cut in the middle). It can read no input; background processes end with it.',
    input,
    effect: 'execute',
    aliases: {
      cmd: 'command',
      commandline: 'command',
      script: 'command',
      workdir: 'cwd',
      workingdirectory: 'cwd',
      directory: 'cwd',
      timeout: 'timeoutSeconds',
    },
    title: ({ command, cwd }) => (cwd === undefined ? firstLine(command) : `${firstLine(command)} (in ${cwd})`),
    async intents({ command, cwd }, context) {
      return [await commandIntent(ports, { command, cwd }, context)];
    },
    async run({ command, cwd, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }, context) {
      const folder = await findCommandFolder(ports.portsOf(context).workspace, cwd, context.signal);
      if (isFailure(folder)) return failedWith(folder);
      const timeoutMs = timeoutSeconds * 1000;
      const outcome = await runInPlace(ports, { command, folder, timeoutMs }, context);
      return isFailure(outcome) ? failedWith(outcome) : render(outcome, timeoutMs);
    },
  });
}
