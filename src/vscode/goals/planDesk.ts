// Plans that wait for a person: asked about like anything else, and changed in a list of tasks (drop, reword, reassign).
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import type { ApprovalQueue } from '../../core/policy/approvalQueue';
import type { RunContext } from '../../core/runs/runContext';
import type { PersonAnswer, ReviewedPlan } from '../../core/supervisor/goalQuestions';
import type { PlannedTask } from '../../core/supervisor/plan';

export interface PlanDeskOptions {
  queue: Pick<ApprovalQueue, 'ask' | 'list' | 'resolve'>;
  /** Who can be given a task. */
  agents: () => readonly { name: string; description: string }[];
  clock: Pick<Clock, 'now'>;
  /** What asks the person; VS Code's window unless a test answers. */
  window?: Pick<typeof vscode.window, 'createQuickPick' | 'showInputBox' | 'showQuickPick'>;
}

interface Waiting {
  plan: ReviewedPlan;
  tasks: readonly PlannedTask[];
}

interface TaskItem extends vscode.QuickPickItem {
  task: PlannedTask;
}

/** A person may be at lunch. */
const PATIENCE_MS = 8 * 60 * 60_000;
/** The list comes by itself, maybe under somebody's fingers: an Enter within this time was meant for something else. */
const GRACE_MS = 500;

export class PlanDesk {
  private readonly waiting = new Map<string, Waiting>();
  private readonly window: NonNullable<PlanDeskOptions['window']>;

  constructor(private readonly options: PlanDeskOptions) {
    this.window = options.window ?? vscode.window;
  }

  async review(plan: ReviewedPlan, run: RunContext): Promise<{ answer: PersonAnswer; tasks: readonly PlannedTask[] }> {
    const waiting: Waiting = { plan, tasks: plan.tasks };
    this.waiting.set(run.runId, waiting);
    try {
      const asking = this.options.queue.ask(
        {
          agent: 'supervisor',
          tool: 'submit_plan',
          title: vscode.l10n.t('The supervisor wants to run this plan of {0} tasks', plan.tasks.length),
          detail: [
            ...plan.tasks.map((task, index) => lineOf(task, index, plan.tasks)),
            '',
            vscode.l10n.t('“Agent Team: Edit the plan that waits” changes it.'),
          ].join('\n'),
          grants: [],
          timeoutMs: PATIENCE_MS,
        },
        run,
      );
      if (run.shared.interactive) void this.edit(run.runId);
      const answer = await asking;
      return { answer, tasks: waiting.tasks };
    } finally {
      this.waiting.delete(run.runId);
    }
  }

  /** Shows the tasks of a plan that waits; accepting runs those that are picked, leaving keeps it waiting. */
  async edit(runId = [...this.waiting.keys()].at(-1)): Promise<void> {
    const waiting = runId === undefined ? undefined : this.waiting.get(runId);
    if (!waiting || runId === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No plan waits for you.'));
      return;
    }
    const picked = await this.pickTasks(runId, waiting);
    if (!picked || this.waiting.get(runId) !== waiting) return;
    const kept = new Set(picked.map(({ id }) => id));
    const tasks = picked.map((task) => ({ ...task, dependencies: task.dependencies.filter((id) => kept.has(id)) }));
    const faults = waiting.plan.faultsOf(tasks);
    if (faults.length > 0) {
      void vscode.window.showWarningMessage(vscode.l10n.t('The plan can not run like this: {0}', faults.join(' ')));
      return this.edit(runId);
    }
    waiting.tasks = tasks;
    const approval = this.options.queue.list().find((asked) => asked.runId === runId && asked.tool === 'submit_plan');
    if (approval) this.options.queue.resolve(approval.id, 'allow');
  }

  private pickTasks(runId: string, waiting: Waiting): Promise<readonly PlannedTask[] | undefined> {
    const reword = { iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Reword') };
    const reassign = { iconPath: new vscode.ThemeIcon('person'), tooltip: vscode.l10n.t('Give it to another agent') };
    const pick = this.window.createQuickPick<TaskItem>();
    pick.title = vscode.l10n.t('Plan: what is to be done');
    pick.placeholder = vscode.l10n.t('Untick what is to be left out, then press Enter to run the plan');
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    let shownAt = 0;
    const show = (tasks: readonly PlannedTask[], dropped: ReadonlySet<string>) => {
      pick.items = tasks.map((task) => ({
        task,
        label: task.title,
        description: [task.agent, ...afterOf(task, tasks)].join(' · '),
        detail: task.description,
        buttons: [reword, reassign],
      }));
      pick.selectedItems = pick.items.filter(({ task }) => !dropped.has(task.id));
      // Keys that came before a box stood there went into the filter.
      pick.value = '';
      pick.show();
      shownAt = this.options.clock.now();
    };
    return new Promise((resolve) => {
      let isEditing = false;
      pick.onDidTriggerItemButton(async ({ item, button }) => {
        if (isEditing) return;
        const selected = new Set(pick.selectedItems.map(({ task }) => task.id));
        const tasks = pick.items.map(({ task }) => task);
        isEditing = true;
        const changed = button === reword ? await this.reword(item.task) : await this.reassign(item.task);
        isEditing = false;
        if (this.waiting.get(runId) !== waiting) {
          resolve(undefined);
          pick.dispose();
          return;
        }
        show(
          tasks.map((task) => (task.id === changed.id ? changed : task)),
          new Set(tasks.map(({ id }) => id).filter((id) => !selected.has(id))),
        );
      });
      pick.onDidAccept(() => {
        // An Enter that was meant for something else, such as a box that is still on its way, must not run the plan.
        if (isEditing || this.options.clock.now() - shownAt < GRACE_MS) return;
        const chosen = new Set(pick.selectedItems.map(({ task }) => task.id));
        resolve(pick.items.map(({ task }) => task).filter(({ id }) => chosen.has(id)));
        pick.dispose();
      });
      pick.onDidHide(() => {
        if (isEditing) return;
        resolve(undefined);
        pick.dispose();
      });
      show(waiting.tasks, new Set());
    });
  }

  private async reword(task: PlannedTask): Promise<PlannedTask> {
    const description = await this.window.showInputBox({
      title: task.title,
      value: task.description,
      prompt: vscode.l10n.t('What the agent is told'),
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Say what is to be done.') : undefined),
    });
    return description === undefined ? task : { ...task, description: description.trim() };
  }

  private async reassign(task: PlannedTask): Promise<PlannedTask> {
    const agents = this.options.agents().map(({ name, description }) => ({ label: name, description }));
    const agent = await this.window.showQuickPick(agents, { title: task.title, matchOnDescription: true });
    return agent ? { ...task, agent: agent.label } : task;
  }
}

function lineOf(task: PlannedTask, index: number, tasks: readonly PlannedTask[]): string {
  return `${index + 1}. ${task.title} (${[task.agent, ...afterOf(task, tasks)].join(', ')})`;
}

function afterOf({ dependencies }: PlannedTask, tasks: readonly PlannedTask[]): string[] {
  if (dependencies.length === 0) return [];
  const titles = dependencies.map((id) => tasks.find((task) => task.id === id)?.title ?? id);
  return [vscode.l10n.t('after {0}', titles.join(', '))];
}
