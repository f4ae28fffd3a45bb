// A plan that waits for a person: what its list does while something else is asked about one of its tasks.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApprovalOutcome } from '../../src/core/policy/approvalQueue';
import type { RunContext } from '../../src/core/runs/runContext';
import type { PlannedTask } from '../../src/core/supervisor/plan';
import { PlanDesk } from '../../src/vscode/goals/planDesk';

const TASKS: readonly PlannedTask[] = [
  { id: 'look', agent: 'researcher', title: 'Look', description: 'Look around.', dependencies: [] },
  { id: 'mend', agent: 'dev', title: 'Mend', description: 'Mend it.', dependencies: ['look'] },
];

/** Longer than an Enter counts as meant for something else. */
const LOOK_MS = 1_000;

/** A list whose keys and buttons the test presses. */
class ScriptedPick {
  readonly triggered = new vscode.EventEmitter<vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>>();
  readonly accepted = new vscode.EventEmitter<void>();
  readonly hidden = new vscode.EventEmitter<void>();
  readonly onDidTriggerItemButton = this.triggered.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  items: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  value = '';
  shows = 0;

  show(): void {
    this.shows += 1;
  }

  dispose(): void {}

  press(label: string, tooltip: string): void {
    const item = this.items.find((one) => one.label === label) ?? assert.fail(label);
    const button = item.buttons?.find((one) => one.tooltip === tooltip) ?? assert.fail(tooltip);
    this.triggered.fire({ item, button });
  }
}

describe('the list of a plan that waits', () => {
  let pick: ScriptedPick;
  let boxes: ((text: string | undefined) => void)[];
  let resolved: string[];
  let nowMs: number;
  let desk: PlanDesk;
  let answer: (outcome: ApprovalOutcome) => void;
  let reviewed: Promise<{ tasks: readonly PlannedTask[] }>;

  beforeEach(() => {
    pick = new ScriptedPick();
    boxes = [];
    resolved = [];
    nowMs = 0;
    desk = new PlanDesk({
      queue: {
        ask: () => new Promise((resolve) => (answer = resolve)),
        list: () => [
          { ...{ id: 'q1', runId: 'r1', agent: '', tool: 'submit_plan', title: '', detail: '' }, createdAt: '' },
        ],
        resolve: (id, decision) => {
          resolved.push(`${id} ${decision}`);
          answer({ kind: 'granted', scope: 'once' });
        },
      },
      agents: () => [],
      clock: { now: () => nowMs },
      window: {
        createQuickPick: () => pick as unknown as vscode.QuickPick<never>,
        showInputBox: () => new Promise<string | undefined>((resolve) => boxes.push(resolve)),
        showQuickPick: () => assert.fail('nobody is to be chosen'),
      },
    });
    const run = { runId: 'r1', shared: { interactive: true } } as unknown as RunContext;
    reviewed = desk.review({ tasks: TASKS, faultsOf: () => [] }, run);
  });

  /** Everything that can happen now has happened. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('runs the tasks that are ticked when it is accepted', async () => {
    pick.selectedItems = pick.items.slice(0, 1);
    nowMs += LOOK_MS;
    pick.accepted.fire();
    assert.deepEqual((await reviewed).tasks, TASKS.slice(0, 1));
    assert.deepEqual(resolved, ['q1 allow']);
  });

  it('lets go of a plan that is answered elsewhere while a task is reworded', async () => {
    const edited = desk.edit('r1');
    pick.press('Mend', 'Reword');
    pick.hidden.fire();
    answer({ kind: 'granted', scope: 'once' });
    assert.deepEqual((await reviewed).tasks, TASKS);
    for (const box of boxes) box('Mend it well.');
    await edited;
    assert.deepEqual(resolved, []);
  });

  it('takes no Enter of somebody who was typing when it came by itself', async () => {
    nowMs += 100;
    pick.accepted.fire();
    await settle();
    assert.deepEqual(resolved, []);
    nowMs += LOOK_MS;
    pick.accepted.fire();
    assert.deepEqual((await reviewed).tasks, TASKS);
  });

  it('takes no Enter for itself that was typed ahead of the box that a button opens', async () => {
    nowMs += LOOK_MS;
    pick.press('Mend', 'Reword');
    pick.value = 'Mend it we';
    pick.accepted.fire();
    pick.press('Look', 'Reword');
    await settle();
    assert.deepEqual(resolved, [], 'the plan goes on waiting');
    assert.equal(boxes.length, 1, 'one thing is asked at a time');
    pick.hidden.fire();
    boxes[0]?.('Mend it well.');
    await settle();
    assert.equal(pick.shows, 2);
    assert.equal(pick.value, '', 'the list is whole again');
    pick.accepted.fire();
    await settle();
    assert.deepEqual(resolved, [], 'the Enter of the box, pressed twice');
    nowMs += LOOK_MS;
    pick.accepted.fire();
    const { tasks } = await reviewed;
    assert.deepEqual(
      tasks.map(({ description }) => description),
      ['Look around.', 'Mend it well.'],
    );
  });
});
