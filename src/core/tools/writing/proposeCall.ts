// From a tool call to a proposal and the words that tell the model what became of it.
import type { FileChange } from '../../../api';
import { lineHunks, linesWithEndings } from '../../changes/lineHunks';
import type { SeenChange } from '../../changes/proposals';
import { isFailure, type Failure } from '../../failure';
import { failedWith } from '../reading/textBudget';
import type { ToolContext, ToolResult } from '../tool';
import type { WritingPorts } from './writingPorts';

/** One file's change with what the model may want to know about it. */
export interface PlannedChange {
  change: SeenChange;
  /** Set where the text was not found exactly. */
  note?: string;
}

const MAX_ATTEMPTS = 3;
const CONTEXT_LINES = 2;
const MAX_SHOWN_LINES = 60;

/** Plans and proposes; plans anew where somebody else changed a file in between. */
export async function proposeCall(
  ports: WritingPorts,
  context: ToolContext,
  plan: () => Promise<PlannedChange[] | Failure>,
): Promise<ToolResult> {
  const refusal = ports.changes.refusal();
  if (refusal) return failedWith(refusal);
  for (let attempt = 1; ; attempt += 1) {
    const planned = await plan();
    if (isFailure(planned)) return failedWith(planned);
    const { runId, taskId, agent, signal, emit } = context;
    const who = { runId, agent, signal, ...(taskId !== undefined && { taskId }), ...(emit && { emit }) };
    const proposal = await ports.changes.propose(
      who,
      planned.map(({ change }) => change),
    );
    if (!isFailure(proposal)) return resultOf(planned, proposal);
    if (proposal.reason !== 'edit.stale' || attempt >= MAX_ATTEMPTS) return failedWith(proposal);
  }
}

function resultOf(
  planned: readonly PlannedChange[],
  proposal: { files: FileChange[]; isApplied: boolean },
): ToolResult {
  const state = proposal.isApplied
    ? 'Applied. The person can revert it.'
    : 'Proposed, not yet on disk: the person decides about it. Your tools see it already; language services and editors do not.';
  const blocks = planned.map((one) => describe(one));
  const files = [...new Set(planned.map(({ change }) => change.location.path))];
  return { text: [state, ...blocks].join('\n\n'), files };
}

function describe({ change, note }: PlannedChange): string {
  const { path } = change.location;
  const before = change.seenText ?? '';
  const after = change.kind === 'delete' ? '' : (change.text ?? before);
  const hunks = lineHunks(before, after);
  const added = hunks.reduce((sum, hunk) => sum + hunk.newLines.length, 0);
  const removed = hunks.reduce((sum, hunk) => sum + hunk.oldLines.length, 0);
  const counts = `(+${added} -${removed})`;
  const head = {
    create: `Created ${path} ${counts}`,
    modify: `Changed ${path} ${counts}`,
    delete: `Deleted ${path} ${counts}`,
    rename: `Renamed ${change.kind === 'rename' ? change.from.path : ''} to ${path}${hunks.length > 0 ? ` ${counts}` : ''}`,
  }[change.kind];
  const shown = change.kind === 'modify' || change.kind === 'rename' ? linesAround(after, hunks) : [];
  return [note === undefined ? head : `${head}. ${note}`, ...shown].join('\n');
}

/** The changed lines as they are now, numbered as `read_file` does, with a little of what is around them. */
function linesAround(after: string, hunks: ReturnType<typeof lineHunks>): string[] {
  const lines = linesWithEndings(after).map((line) => line.replace(/[\r\n]+$/, ''));
  const shown = new Set<number>();
  for (const { newStart, newLines } of hunks) {
    const end = newStart + newLines.length + CONTEXT_LINES;
    for (let at = Math.max(0, newStart - CONTEXT_LINES); at < Math.min(lines.length, end); at += 1) shown.add(at);
  }
  const ordered = [...shown].sort((a, b) => a - b);
  const text = ordered.slice(0, MAX_SHOWN_LINES).flatMap((at, index) => {
    const isGap = index > 0 && ordered[index - 1] !== at - 1;
    return [...(isGap ? ['…'] : []), `${at + 1}\t${(lines[at] ?? '').slice(0, 400)}`];
  });
  return ordered.length > MAX_SHOWN_LINES ? [...text, `… and ${ordered.length - MAX_SHOWN_LINES} more lines`] : text;
}
