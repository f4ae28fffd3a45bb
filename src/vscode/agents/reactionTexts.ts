// Sentences about reactions: what has happened, who reacts to what, and what the person is asked before the first one.
import * as vscode from 'vscode';
import type { ReactionTexts } from '../../core/engine/reactionRunner';
import type { EventBatch } from '../../core/reactions/pendingEvents';
import type { ReactionConsentTexts } from '../../core/reactions/reactionConsent';
import { pathsOf } from '../../core/reactions/reactionMatch';

/** `when files are saved`; a topic that has no words of ours stands for itself. */
export function whenText(topic: string): string {
  switch (topic) {
    case 'file.saved':
      return vscode.l10n.t('when files are saved');
    case 'diagnostics.changed':
      return vscode.l10n.t('when problems change');
    case 'task.completed':
      return vscode.l10n.t('when a task is done');
    case 'git.changed':
      return vscode.l10n.t('when git moves to another commit');
    case 'tests.finished':
      return vscode.l10n.t('when tests have run');
    case 'debug.ended':
      return vscode.l10n.t('when debugging ends');
    default:
      return vscode.l10n.t('on {0}', topic);
  }
}

export function reactionTexts(): ReactionTexts {
  return {
    title: (_spec, batch) => whatHappened(batch),
    thread: ({ agent, reaction }) => vscode.l10n.t('{0}, {1}', agent, whenText(reaction.topic)),
    happened: vscode.l10n.t('What happened'),
  };
}

export function consentTexts(): ReactionConsentTexts {
  return {
    title: ({ agent, reaction }) => vscode.l10n.t('{0} wants to work by itself {1}', agent, whenText(reaction.topic)),
    detail: () =>
      [
        vscode.l10n.t(
          'Agents that react work without being asked, in the background: they read files and use their tools, and they ask before they run commands or edit, as always.',
        ),
        vscode.l10n.t(
          'A yes holds for all reactions in this workspace. Together, those of one agent use no more in an hour than one run may (agentTeam.budget).',
        ),
        vscode.l10n.t('The view of agents shows what reacts to what, and pauses it.'),
      ].join('\n'),
    covers: vscode.l10n.t('Agents that work by themselves when something happens'),
  };
}

function whatHappened({ events, more }: EventBatch): string {
  const newest = events.at(-1)?.event;
  const topic = newest?.topic ?? '';
  const files = [...new Set(events.flatMap(({ event }) => pathsOf(event)))];
  const count = files.length + more;
  const [only = ''] = files;
  switch (topic) {
    case 'file.saved':
      return count === 1 ? vscode.l10n.t('{0} was saved', only) : vscode.l10n.t('{0} files were saved', count);
    case 'diagnostics.changed':
      return count === 1 ? vscode.l10n.t('Problems in {0}', only) : vscode.l10n.t('Problems in {0} files', count);
    case 'task.completed':
      return events.length === 1 ? vscode.l10n.t('A task is done') : vscode.l10n.t('{0} tasks are done', events.length);
    case 'git.changed':
      return vscode.l10n.t('Git moved to another commit');
    case 'tests.finished':
      return vscode.l10n.t('Tests have run');
    case 'debug.ended':
      return vscode.l10n.t('Debugging has ended');
    default: {
      const times = events.reduce((sum, each) => sum + each.count, more);
      return times === 1 ? topic : vscode.l10n.t('{0}, {1} times', topic, times);
    }
  }
}
