// What a review is called where people see it. One that another extension starts is called in English, by core.
import * as vscode from 'vscode';
import type { ReviewTarget } from '../../core/review/reviewTarget';

/** Names in a title; more would not be read. */
const MAX_NAMES = 3;

export function reviewTitle(target: ReviewTarget): string {
  if (target.kind === 'changes') {
    if (!target.uris) return titleOfScope(target.scope);
    return vscode.l10n.t('Review changes of {0}', target.uris.map(nameOf).slice(0, MAX_NAMES).join(', '));
  }
  const [first = '', ...others] = new Set(target.places.map(({ uri }) => uri));
  return others.length === 0
    ? vscode.l10n.t('Review {0}', nameOf(first))
    : vscode.l10n.t('Review {0} and {1} more', nameOf(first), others.length);
}

export function titleOfScope(scope: 'working' | 'staged' | 'branch'): string {
  if (scope === 'working') return vscode.l10n.t('Review all changes');
  return scope === 'staged'
    ? vscode.l10n.t('Review staged changes')
    : vscode.l10n.t('Review the branch against its base');
}

function nameOf(uri: string): string {
  const { path } = vscode.Uri.parse(uri);
  return path.split('/').filter(Boolean).at(-1) ?? path;
}
