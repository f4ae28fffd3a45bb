// Commands that a test answers for, and what they were asked.
import type { Failure } from '../../src/core/failure';
import type { PendingFile } from '../../src/core/changes/changeReview';
import type { CommandOutcome, CommandRequest, CommandRunner } from '../../src/core/tools/executing/commandRunner';
import type { CommandScreens, ScreenScope } from '../../src/core/tools/executing/commandScreen';
import type { ExecutingPorts } from '../../src/core/tools/executing/executingPorts';
import type { ScratchCopy, ScratchRequest } from '../../src/core/tools/executing/scratchWorkspace';
import {
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  type InMemoryWorkspace,
} from './inMemoryWorkspace';

export type CommandReply = Partial<CommandOutcome> & { text?: string };

export function commandOutcome({ text = '', ...rest }: CommandReply = {}): CommandOutcome {
  const output = { head: text, tail: '', omitted: 0, omittedLines: 0 };
  return { end: 'exited', exitCode: 0, durationMs: 1234, leftBehind: 0, output, ...rest };
}

export class ScriptedCommands implements CommandRunner {
  readonly asked: CommandRequest[] = [];
  reply: (
    request: CommandRequest,
    signal: AbortSignal,
  ) => CommandOutcome | Failure | Promise<CommandOutcome | Failure> = () => commandOutcome();

  async run(request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome | Failure> {
    this.asked.push(request);
    return this.reply(request, signal);
  }
}

/** Remembers what screens showed; `stop` does what a person does there. */
export class RecordedScreens implements CommandScreens {
  readonly shown: string[] = [];
  stop: () => void = () => undefined;

  begin(scope: ScreenScope, { command, cwd, stop }: { command: string; cwd: string; stop: () => void }) {
    this.stop = stop;
    this.shown.push(`${scope.runId} ${scope.agent} ${cwd}$ ${command}`);
    return {
      write: (text: string) => void this.shown.push(text),
      end: (summary: string) => void this.shown.push(`[${summary}]`),
    };
  }
}

/** Ports of the executing tools over a workspace in memory. */
export function executingPorts(workspace: InMemoryWorkspace) {
  const runner = new ScriptedCommands();
  const screens = new RecordedScreens();
  const edits: PendingFile[] = [];
  const copies: ScratchRequest[] = [];
  const scratch = {
    answer: { root: 'file:///copy/ws', environment: { GIT_CEILING_DIRECTORIES: '/copy' } } as ScratchCopy | Failure,
  };
  const ports: ExecutingPorts = {
    runner,
    screens,
    isWindows: false,
    pending: { files: async () => edits, count: async () => edits.length },
    scratch: {
      prepare: async (request) => {
        copies.push(request);
        return scratch.answer;
      },
      release: async () => undefined,
    },
    portsOf: () => ({
      workspace,
      languages: new InMemoryLanguageServices(),
      editor: new InMemoryEditor(),
      git: new InMemoryGitChanges(),
    }),
  };
  return { ports, runner, screens, edits, copies, scratch };
}
