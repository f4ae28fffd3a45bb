// What a person is asked about a goal, through the queue of all questions: in chat, notification, status bar and API alike.
import * as vscode from 'vscode';
import type { ApprovalQueue } from '../../core/policy/approvalQueue';
import type { GoalQuestions, RepeatQuestion } from '../../core/supervisor/goalQuestions';
import type { PlanDesk } from './planDesk';

const MAX_LINE = 120;

export function createGoalQuestions(queue: Pick<ApprovalQueue, 'ask'>, plans: PlanDesk): GoalQuestions {
  return {
    reviewPlan: (plan, run) => plans.review(plan, run),
    mayRepeat: (question, run) =>
      queue.ask(
        {
          agent: question.agent,
          tool: question.calls[0]?.tool ?? 'run_command',
          title: titleOf(question),
          detail: detailOf(question),
          risk: 'high',
          // Nobody may answer this for the next time too.
          grants: [],
        },
        run,
      ),
  };
}

function titleOf({ agent, task, calls }: RepeatQuestion): string {
  const [first] = calls;
  const call = oneLine(first?.title ?? '');
  return task
    ? vscode.l10n.t(
        '{0} wants to start “{1}” again; nobody knows whether `{2}` was carried out',
        agent,
        task.title,
        call,
      )
    : vscode.l10n.t('{0} wants to start again; nobody knows whether `{1}` was carried out', agent, call);
}

function detailOf({ calls }: RepeatQuestion): string {
  return [
    vscode.l10n.t('The window closed while this was going on:'),
    ...calls.map(({ title }) => `- ${oneLine(title)}`),
    vscode.l10n.t('Starting again may carry it out a second time. Look at what it has done before you allow it.'),
  ].join('\n');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`;
}
