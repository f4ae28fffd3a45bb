// Failures as people read them. Core's message is exact, names what it is about, and is English, since models and other extensions
// read it too; in a window of another language a sentence of that language says first what happened and what to do.
import * as vscode from 'vscode';
import { UserError, type Failure } from '../core/failure';

export function failureText({ reason, message }: Pick<Failure, 'reason' | 'message'>): string {
  if (vscode.env.language.startsWith('en')) return message;
  const sentence = sentenceOf(reason);
  return sentence === undefined ? message : `${sentence} (${message})`;
}

/** To be thrown where a person waits for the outcome. */
export function userErrorOf(failure: Failure): UserError {
  return new UserError(failure.reason, failureText(failure));
}

function sentenceOf(reason: string): string | undefined {
  if (reason.startsWith('model.')) return modelSentence(reason);
  if (/^(agent|task|goal|plan)\./.test(reason)) return workSentence(reason);
  switch (reason) {
    case 'cancelled':
      return vscode.l10n.t('It was stopped.');
    case 'interrupted':
      return vscode.l10n.t('The window was closed while this worked.');
    case 'budget.exceeded':
      return vscode.l10n.t('The budget of the run is used up. Raise it in the settings, or ask for less at once.');
    case 'budget.unpriced':
      return vscode.l10n.t(
        'The run has a limit of cost, and the price of its model is not known. Set it in the settings.',
      );
    case 'workspace.untrusted':
      return vscode.l10n.t('The workspace is in restricted mode: agents read, but edit nothing and run nothing.');
    case 'guardrail.blocked':
      return vscode.l10n.t('A safety rule stopped it.');
    case 'handoff.limit':
      return vscode.l10n.t('The agents handed over too often. Say more exactly what you want, or name one agent.');
    case 'review.nothing':
      return vscode.l10n.t('There is nothing to review.');
    case 'run.active_elsewhere':
      return vscode.l10n.t('Another window works on this run. Watch or stop it there.');
    case 'run.unknown':
      return vscode.l10n.t('This run is not there any more.');
    case 'internal':
      return vscode.l10n.t('Something went wrong inside of Agent Team. The log has more about it.');
    default:
      return undefined;
  }
}

function modelSentence(reason: string): string | undefined {
  switch (reason) {
    case 'model.unauthorized':
      return vscode.l10n.t('The endpoint does not accept the API key, or wants one. Set a valid key.');
    case 'model.quota_exceeded':
      return vscode.l10n.t('The quota at the endpoint is used up. Check its plan and billing.');
    case 'model.rate_limited':
      return vscode.l10n.t('The endpoint limits the rate of requests. Try again later.');
    case 'model.timeout':
      return vscode.l10n.t('The model did not answer in time. Try again.');
    case 'model.not_found':
      return vscode.l10n.t('The endpoint does not know the model. Choose another one.');
    case 'model.unavailable':
      return vscode.l10n.t(
        'The endpoint can’t be reached or does not work. Check that its server runs and its address is right.',
      );
    case 'model.broken_stream':
      return vscode.l10n.t('The answer broke off. Try again.');
    case 'model.empty':
      return vscode.l10n.t('The model gave no answer. Try again, or choose another one.');
    case 'model.refused':
      return vscode.l10n.t('The endpoint refused the request because of its content.');
    case 'model.context_too_long':
      return vscode.l10n.t('The request is too long for the model. Attach less, or choose another model.');
    case 'model.bad_request':
      return vscode.l10n.t('The endpoint rejected the request.');
    case 'model.consent_required':
      return vscode.l10n.t('The model may be used only after you chose it yourself.');
    case 'model.breaker_open':
      return vscode.l10n.t('The endpoint failed several times and rests for a while.');
    default:
      return undefined;
  }
}

function workSentence(reason: string): string | undefined {
  switch (reason) {
    case 'agent.no_progress':
      return vscode.l10n.t('The agent repeated itself without getting on. Say more exactly what you want.');
    case 'agent.max_turns':
    case 'agent.max_tokens':
      return vscode.l10n.t('The agent reached its limit before it was done. Raise the limit, or ask for less at once.');
    case 'agent.timeout':
    case 'task.timeout':
      return vscode.l10n.t('It took longer than the settings allow.');
    case 'agent.paused':
      return vscode.l10n.t('The agent is paused.');
    case 'agent.disabled':
      return vscode.l10n.t('The agent is switched off in the settings.');
    case 'agent.breaker_open':
      return vscode.l10n.t('The agent failed several times and rests for a while.');
    case 'agent.unknown':
      return vscode.l10n.t('There is no such agent.');
    case 'agent.none_available':
      return vscode.l10n.t('No agent can take the request: all are switched off or paused.');
    case 'goal.nothing_completed':
      return vscode.l10n.t('No task of the plan was completed.');
    case 'plan.invalid':
      return vscode.l10n.t('The supervisor made no plan that can be carried out. Say the goal in other words.');
    case 'plan.not_approved':
      return vscode.l10n.t('The plan was not approved.');
    default:
      return undefined;
  }
}
