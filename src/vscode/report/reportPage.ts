// A report as its page shows it: core's facts in the words of people. Pure: words come in, so that it runs without VS Code.
import type { Failure, RunUsage } from '../../api';
import type { ReportWords } from '../../core/runs/reportMarkdown';
import type { ReportBar, RunReport } from '../../core/runs/runReport';
import { isOpenTask, isWorkingTask } from '../../core/runs/runStates';
import type { TaskView } from '../../core/runs/runView';
import { ANSWER, type ReportAction, type ReportPage, type ReportTask } from '../../protocol/report/reportMessages';
import { openChanges } from '../changes/openChanges';
import { isActiveState } from '../runs/activeState';

export interface ReportPageWords extends ReportWords {
  progress(done: number, all: number): string;
  attempts(count: number): string;
  plan: string;
  synthesis: string;
  /** Why a run or a task failed, in whole sentences. */
  error(failure: Failure): string;
  /** What a task waits for, does, or failed with. */
  note(task: TaskView, byId: ReadonlyMap<string, TaskView>): string;
  /** Nothing worked for so long. */
  rest(duration: string): string;
}

export function pageOf(report: RunReport, words: ReportPageWords, nowMs: number): ReportPage {
  const byId = new Map(report.tasks.map((task) => [task.id, task]));
  const { runId, title, request, status, layout, timeline } = report;
  return {
    ...{ runId, title, request, state: status, stateLabel: words.state(status) },
    facts: factsOf(report, words, nowMs),
    isLive: isActiveState(status),
    actions: actionsOf(report),
    hasAnswer: report.text.trim() !== '',
    ...(report.error && { error: words.error(report.error) }),
    ...(layout && { graph: layout }),
    ...(timeline.bars.length > 0 && { timeline: timelineOf(report, words) }),
    tasks: report.tasks.map((task) => taskOf(task, byId, { words, nowMs })),
    changes: report.changes.map(({ path, kind, status: state, added, removed }) => ({
      path,
      what: [words.change(kind), words.changeStatus(state)].join(' · '),
      lines: `+${added} −${removed}`,
    })),
    findings: report.findings.map(({ id, severity, title: named, why, path, startLine }) => ({
      ...{ id, title: named, why, path, line: startLine },
      severity: words.severity(severity),
    })),
    verdicts: report.verdicts.map(({ between, ...verdict }) => ({ ...verdict, between: between.join(', ') })),
    notices: report.notices.flatMap((step) => {
      const text = words.notice(step);
      return text === undefined ? [] : [{ id: step.id, text }];
    }),
    costs: costsOf(report, words),
  };
}

/** The long texts of a report: results by the id of their task, and the answer. */
export function textsOf({ tasks, text }: RunReport): Map<string, string> {
  const texts = new Map(tasks.filter((task) => task.text !== '').map((task) => [task.id, task.text]));
  if (text.trim() !== '') texts.set(ANSWER, text);
  return texts;
}

function factsOf(report: RunReport, words: ReportPageWords, nowMs: number): string[] {
  const { tasks, agent, startedAt, endedAt, usage } = report;
  const done = tasks.filter(({ status }) => status === 'completed').length;
  return [
    tasks.length > 0 ? words.progress(done, tasks.length) : (agent ?? ''),
    words.moment(startedAt),
    words.duration((endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt)),
    ...usageParts(usage, words),
  ].filter((fact) => fact !== '');
}

function usageParts(usage: RunUsage, words: ReportWords): string[] {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (usage.modelCalls === 0 || tokens === 0) return [];
  return [words.tokens(tokens), usage.costUsd === undefined ? '' : words.cost(usage.costUsd)];
}

function actionsOf(report: RunReport): ReportAction[] {
  const changes: ReportAction[] = openChanges(report.changes).length > 0 ? ['showChanges'] : [];
  const trace: ReportAction[] = report.traceId === '' ? [] : ['openTrace'];
  return ['openRun', ...changes, ...trace, 'copy', 'openAsMarkdown', 'export'];
}

function taskOf(
  task: TaskView,
  byId: ReadonlyMap<string, TaskView>,
  { words, nowMs }: { words: ReportPageWords; nowMs: number },
): ReportTask {
  const { id, title, agent, status, startedAt, endedAt, attempts, error } = task;
  const time =
    startedAt === undefined || isOpenTask(status) || status === 'skipped'
      ? ''
      : words.duration((endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
  const measures = [time, ...usageParts(task.usage, words), attempts > 1 ? words.attempts(attempts) : ''];
  return {
    ...{ id, title, agent, state: status, stateLabel: words.state(status) },
    note: isWorkingTask(status) || status !== 'completed' ? words.note(task, byId) : '',
    measures: measures.filter(Boolean).join(' · '),
    needs: task.dependencies.map((need) => ({ id: need, title: byId.get(need)?.title ?? need })),
    ...(error && status !== 'completed' && { error: words.error(error) }),
    hasText: task.text !== '',
  };
}

function timelineOf({ timeline, tasks }: RunReport, words: ReportPageWords): NonNullable<ReportPage['timeline']> {
  const known = new Set(tasks.map(({ id }) => id));
  return {
    totalMs: timeline.totalMs,
    bars: timeline.bars.map((bar) => {
      const { id, agent, status, startMs, endMs } = bar;
      const taskId = bar.kind === 'task' ? id.slice('task/'.length) : undefined;
      return {
        ...{ id, agent, state: status, startMs, endMs, label: labelOf(bar, words) },
        ...(taskId !== undefined && known.has(taskId) && { taskId }),
        note: [words.state(status), words.duration(endMs - startMs)].join(' · '),
      };
    }),
    breaks: timeline.breaks.map(({ atMs, skippedMs }) => ({ atMs, note: words.rest(words.duration(skippedMs)) })),
  };
}

function labelOf({ kind, title, agent }: ReportBar, words: ReportPageWords): string {
  if (kind === 'plan') return words.plan;
  if (kind === 'synthesis') return words.synthesis;
  return kind === 'task' ? title : agent;
}

function costsOf({ costs, usage }: RunReport, words: ReportPageWords): ReportPage['costs'] {
  if (costs.length === 0) return [];
  const line = (agent: string, model: string, of: RunUsage) => {
    const more = of.complete ? '' : '+';
    return {
      ...{ agent, model, calls: String(of.modelCalls) },
      input: `${of.inputTokens}${more}`,
      output: `${of.outputTokens}${more}`,
      cost: of.costUsd === undefined ? words.costUnknown : words.cost(of.costUsd),
    };
  };
  return [...costs.map((cost) => line(cost.agent, cost.model, cost.usage)), line(words.heading.total, '', usage)];
}
