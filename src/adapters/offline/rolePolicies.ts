// The roles behind the team without a model: plans from templates, joined results, condensed conversations.
import type { Craft } from './keywords';
import { craftOf, splitSteps } from './routePolicy';
import { sayInEnglish, type Say } from '../../core/say';
import { paragraphs, withoutModel, type Move, type Situation } from './policy';

interface PlannedTask {
  id: string;
  agent: string;
  title: string;
  description: string;
  dependencies: string[];
}

/** What is asked is read by the rules of the agents, which know English best. */
const DEFAULT_STEPS: readonly { craft: Craft; title: (say: Say) => string; ask: (goal: string) => string }[] = [
  {
    craft: 'researcher',
    title: (say) => say('Find what is concerned'),
    ask: (goal) => `Find the places in the code that this goal concerns: ${goal}`,
  },
  {
    craft: 'dev',
    title: (say) => say('Make the change'),
    ask: (goal) => `Fix or propose what this goal needs: ${goal}`,
  },
  { craft: 'qa', title: (say) => say('Check the result'), ask: (goal) => `Review what this goal concerns: ${goal}` },
];

/** The planner's frame: the team, limits, then the goal. */
const FRAME = /^Plan this goal\. The team:\n([\s\S]*?)\nThe goal:\s*([\s\S]*)$/;
/** What is open of a plan that is to be revised. */
const OPEN_TASKS = /^Revise the plan[\s\S]*\nTasks that have not begun:\n(.+)\n/;

/** A plan; rules have no second thoughts, so a revision leaves what is open as it is. */
export function supervisorPolicy(situation: Situation): Move {
  const { request, material, outcomes, tools, rounds, say } = situation;
  const [, open] = OPEN_TASKS.exec(request) ?? [];
  if (open !== undefined)
    return { calls: [{ name: 'submit_plan', input: JSON.parse(open) as Record<string, unknown> }] };
  const [, team = '', goal = request] = FRAME.exec(request) ?? [];
  const agents = [...team.matchAll(/^- ([^:\n]+):/gm)].map(([, name = '']) => name);
  const plan = planFor(goal, agents, say);
  if (tools.has('submit_plan') && rounds === 0) return { calls: [{ name: 'submit_plan', input: { tasks: plan } }] };
  const isJoining = /^Join the results\b/.test(request) || outcomes.length > 0 || /\bresults?\b/i.test(material);
  return { answer: isJoining ? joined(situation) : JSON.stringify({ tasks: plan }) };
}

/**
 * One task for each step that the goal names, one in all where it asks for one craft, else explore, change, check; each after the one
 * before. `agents` are those that can be given a task; empty: all.
 */
export function planFor(goal: string, agents: readonly string[] = [], say: Say = sayInEnglish): PlannedTask[] {
  const steps = splitSteps(goal).slice(0, 8);
  const craft = craftOf(goal);
  const named = steps.length >= 2 ? steps : craft === undefined ? [] : [goal];
  const wanted =
    named.length > 0
      ? named.map((step) => ({ craft: craftOf(step) ?? ('dev' as const), title: titleOf(step), description: step }))
      : DEFAULT_STEPS.map(({ craft: usual, title, ask }) => ({
          craft: usual,
          title: title(say),
          description: ask(goal),
        }));
  const ids = wanted.map((task, index) => `${index + 1}-${task.craft}`);
  return wanted.map((task, index) => ({
    id: ids[index] ?? '',
    agent: agents.length === 0 || agents.includes(task.craft) ? task.craft : (agents[0] ?? task.craft),
    title: task.title,
    description: task.description,
    dependencies: ids.slice(Math.max(0, index - 1), index),
  }));
}

function titleOf(step: string): string {
  return step.split('\n', 1)[0]?.slice(0, 60) ?? '';
}

/** A verdict by rule, where one is asked for; else what others said, side by side and unchanged. */
export function arbiterPolicy(situation: Situation): Move {
  if (!situation.tools.has('submit_verdict')) return { answer: joined(situation) };
  return { calls: [{ name: 'submit_verdict', input: verdictFor(situation) }] };
}

const SEVERITIES = ['blocker', 'major', 'minor', 'nit'];

/** Of judgements of one place the most severe stands; everything else needs somebody who understands it. */
function verdictFor({ material, say }: Situation): Record<string, string> {
  const judged = [...material.matchAll(/^Severity: (\w+)$/gm)].map(([, severity = '']) => SEVERITIES.indexOf(severity));
  const worst = Math.min(...judged);
  if (judged.length < 2 || judged.includes(-1) || judged.every((severity) => severity === worst)) {
    return { verdict: 'undecided', explanation: withoutModel(say, say('It takes a person to settle this.')) };
  }
  const side = String.fromCharCode('A'.charCodeAt(0) + judged.indexOf(worst));
  return {
    verdict: 'choose',
    side,
    explanation: withoutModel(say, say('By rule the most severe judgement stands until somebody has looked.')),
  };
}

function joined({ request, material, say }: Situation): string {
  return paragraphs(
    material === '' ? request : material,
    withoutModel(say, say('The results stand side by side, unweighed.')),
  );
}

/** Condenses mechanically: the goal, the paths, what failed and the latest lines stay, within the words that were asked for. */
export function summarizerPolicy({ request, material }: Situation): Move {
  const text = material === '' ? request : material;
  const maxWords = Number(/at most (\d+) words/.exec(request)?.[1] ?? 400);
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const goal = lines.find((line) => line.startsWith('Person: ')) ?? lines[0] ?? '';
  const paths = [...new Set(text.match(/(?<![\w/])(?:[\w@.-]+\/)+[\w@.-]+\.\w{1,5}(?::\d+(?:-\d+)?)?/g) ?? [])].slice(
    -20,
  );
  const failed = lines.filter((line) => line.startsWith('Failed: ')).slice(-5);
  const head = [`Goal: ${words(goal.replace(/^Person: /, ''), Math.floor(maxWords / 4))}`];
  if (paths.length > 0) head.push(`Files: ${words(paths.join(', '), Math.floor(maxWords / 5))}`);
  if (failed.length > 0)
    head.push(`Failed: ${words(failed.map((line) => line.slice(8)).join('; '), Math.floor(maxWords / 5))}`);
  const left = maxWords - count(head.join(' ')) - 1;
  const latest: string[] = [];
  let used = 0;
  for (const line of lines.toReversed()) {
    used += count(line);
    if (used > left || line === goal) break;
    latest.unshift(line);
  }
  return { answer: [...head, ...(latest.length > 0 ? ['Latest:', ...latest] : [])].join('\n') };
}

function words(text: string, max: number): string {
  const all = text.split(/\s+/);
  return all.length <= max ? text : `${all.slice(0, max).join(' ')} …`;
}

function count(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}
