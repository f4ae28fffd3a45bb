// A run's report as Markdown: for files, issues and pull requests. Pure; words come in, since core speaks no language.
import type { RunUsage, RunState, TaskState } from '../../api';
import type { TaskView } from './runView';
import type { RunReport } from './runReport';

export interface ReportWords {
  state(state: RunState | TaskState): string;
  failure(reason: string): string;
  duration(milliseconds: number): string;
  tokens(count: number): string;
  cost(usd: number): string;
  costUnknown: string;
  moment(iso: string): string;
  /** Names of sections, columns and lines. */
  heading: Record<
    | 'answer'
    | 'plan'
    | 'results'
    | 'changes'
    | 'findings'
    | 'verdicts'
    | 'notices'
    | 'costs'
    | 'total'
    | 'run'
    | 'trace'
    | 'task'
    | 'agent'
    | 'state'
    | 'time'
    | 'needs'
    | 'attempts'
    | 'file'
    | 'lines'
    | 'model'
    | 'calls'
    | 'input'
    | 'output'
    | 'cost'
    | 'kind'
    | 'place',
    string
  >;
  change(kind: RunReport['changes'][number]['kind']): string;
  changeStatus(status: RunReport['changes'][number]['status']): string;
  severity(severity: RunReport['findings'][number]['severity']): string;
  /** Undefined for a notice that people need not see. */
  notice(step: RunReport['notices'][number]): string | undefined;
}

export function reportMarkdown(report: RunReport, words: ReportWords, nowMs: number): string {
  const sections = [
    `# ${inline(report.title)}`,
    factsLine(report, words, nowMs),
    quote(report.request),
    report.error ? `**${inline(words.failure(report.error.reason))}:** ${inline(report.error.message)}` : '',
    section(words.heading.answer, demoted(report.text)),
    section(words.heading.plan, planTable(report, words)),
    section(words.heading.results, results(report)),
    section(words.heading.changes, changeTable(report, words)),
    section(words.heading.findings, findingTable(report, words)),
    section(words.heading.verdicts, report.verdicts.map(verdictLine).join('\n')),
    section(words.heading.notices, report.notices.flatMap((step) => noticeLine(words.notice(step))).join('\n')),
    section(words.heading.costs, costTable(report, words)),
    `${words.heading.run}: \`${report.runId}\` · ${words.heading.trace}: \`${report.traceId}\``,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function factsLine(report: RunReport, words: ReportWords, nowMs: number): string {
  const { status, agent, startedAt, endedAt, usage } = report;
  const took = (endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt);
  const parts = [
    words.state(status),
    agent === undefined ? '' : inline(agent),
    words.moment(startedAt),
    words.duration(took),
    usage.modelCalls === 0 ? '' : words.tokens(usage.inputTokens + usage.outputTokens),
    costOf(usage, words),
  ];
  return parts.filter(Boolean).join(' · ');
}

function planTable({ tasks }: RunReport, words: ReportWords): string {
  const { heading } = words;
  const number = new Map(tasks.map(({ id }, index) => [id, index + 1]));
  const head = ['#', heading.task, heading.agent, heading.state, heading.time, heading.cost, heading.needs];
  const rows = tasks.map((task, index) => [
    String(index + 1),
    inline(task.title),
    inline(task.agent),
    verdictOf(task, words),
    timeOf(task, words),
    costOf(task.usage, words),
    task.dependencies.map((id) => number.get(id) ?? inline(id)).join(', '),
  ]);
  return table(head, rows);
}

function verdictOf({ status, error, attempts }: TaskView, words: ReportWords): string {
  const state = words.state(status);
  const reason = error && status !== 'completed' ? `${state}: ${words.failure(error.reason)}` : state;
  return inline(attempts > 1 ? `${reason} (${words.heading.attempts}: ${attempts})` : reason);
}

function timeOf({ startedAt, endedAt }: TaskView, words: ReportWords): string {
  if (startedAt === undefined || endedAt === undefined) return '';
  return words.duration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}

function results({ tasks }: RunReport): string {
  return tasks
    .filter(({ text, error }) => text !== '' || error)
    .map(({ title, agent, text, error }) => {
      const said = text === '' ? `_${inline(error?.message ?? '')}_` : demoted(text);
      return `### ${inline(title)} (${inline(agent)})\n\n${said}`;
    })
    .join('\n\n');
}

function changeTable({ changes }: RunReport, words: ReportWords): string {
  const { heading } = words;
  const rows = changes.map(({ path, from, kind, status, added, removed }) => [
    from === undefined ? code(path) : `${code(from)} → ${code(path)}`,
    words.change(kind),
    words.changeStatus(status),
    `+${added} −${removed}`,
  ]);
  return table([heading.file, heading.kind, heading.state, heading.lines], rows);
}

function findingTable({ findings }: RunReport, words: ReportWords): string {
  const { heading } = words;
  const rows = findings.map(({ severity, title, path, startLine, agent }) => [
    words.severity(severity),
    inline(title),
    code(`${path}:${startLine}`),
    inline(agent),
  ]);
  return table([heading.kind, heading.findings, heading.place, heading.agent], rows);
}

function verdictLine({ between, verdict, explanation }: RunReport['verdicts'][number]): string {
  return `- **${inline(between.join(', '))}:** ${inline([verdict, explanation].filter(Boolean).join(' — '))}`;
}

function noticeLine(text: string | undefined): string[] {
  return text === undefined ? [] : [`- ${inline(text)}`];
}

function costTable({ costs, usage }: RunReport, words: ReportWords): string {
  if (costs.length === 0) return '';
  const { heading } = words;
  const line = (of: RunUsage) => {
    const more = of.complete ? '' : '+';
    const sums = [`${of.inputTokens}${more}`, `${of.outputTokens}${more}`];
    return [String(of.modelCalls), ...sums, of.costUsd === undefined ? words.costUnknown : words.cost(of.costUsd)];
  };
  const rows = costs.map(({ agent, model, usage: own }) => [inline(agent), inline(model), ...line(own)]);
  const head = [heading.agent, heading.model, heading.calls, heading.input, heading.output, heading.cost];
  return table(head, [...rows, [heading.total, '', ...line(usage)]]);
}

/** Nothing where nothing is known: an unknown cost is never 0. */
function costOf(usage: RunUsage, words: ReportWords): string {
  return usage.modelCalls === 0 || usage.costUsd === undefined ? '' : words.cost(usage.costUsd);
}

function section(heading: string, body: string): string {
  return body.trim() === '' ? '' : `## ${heading}\n\n${body}`;
}

/** Columns that are empty in every row are left out; a table without rows is nothing. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const used = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Foreign text within a line: it can't end the line, a cell or a heading, nor begin markup of its own. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}

/** A path as code; one that has a backtick needs a longer fence. */
function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
}

function quote(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** An answer within the report: its headings stand below those of the report, its code stays as it is. */
function demoted(text: string): string {
  let fence: string | undefined;
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark !== undefined && fence === undefined) fence = mark;
      else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
      if (mark !== undefined || fence !== undefined) return line;
      return line.replace(/^(#{1,6})(?=\s)/, (marks) => '#'.repeat(Math.min(6, marks.length + 3)));
    })
    .join('\n');
}
