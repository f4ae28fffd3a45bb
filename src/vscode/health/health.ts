// What the team stands on, tried out: checks, what they found, and what to do about it. Nothing private is in it.
import * as vscode from 'vscode';
import { messageOf } from '../../core/failure';

export interface HealthResult {
  state: 'ok' | 'warning' | 'error';
  /** A sentence: what was found. */
  found: string;
  /** A sentence: what to do; with `command:` links where a command does it. */
  remedy?: string;
}

export interface HealthCheck {
  title: string;
  /** It sends a request to a model, which a person has to want. */
  asksModel?: boolean;
  run(signal: AbortSignal): Promise<HealthResult>;
}

/** No check may hold the page up for longer. */
const CHECK_TIMEOUT_MS = 20_000;

export interface CheckedHealth {
  title: string;
  result: HealthResult;
}

/** Runs all checks at once; one that throws or takes too long is an error of its own. */
export async function checkHealth(
  checks: readonly HealthCheck[],
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<CheckedHealth[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { title } = check;
      const signal = AbortSignal.timeout(timeoutMs);
      const late = new Promise<HealthResult>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve({ state: 'error', found: vscode.l10n.t('It did not answer within {0} s.', timeoutMs / 1_000) });
        });
      });
      try {
        return { title, result: await Promise.race([check.run(signal), late]) };
      } catch (error) {
        return { title, result: { state: 'error', found: messageOf(error) } satisfies HealthResult };
      }
    }),
  );
}

/** One sentence about all checks together. */
export function verdictOf(checked: readonly CheckedHealth[]): string {
  const bad = checked.filter(({ result }) => result.state !== 'ok').length;
  if (bad === 0) return vscode.l10n.t('Everything works.');
  return bad === 1 ? vscode.l10n.t('One thing needs attention.') : vscode.l10n.t('{0} things need attention.', bad);
}

/** The page as markdown. */
export function healthText(versions: Readonly<Record<string, string>>, checked: readonly CheckedHealth[]): string {
  const verdict = verdictOf(checked);
  const rows = checked.flatMap(({ title, result }) => [
    `## ${mark(result.state)} ${title}`,
    result.found,
    ...(result.remedy === undefined ? [] : [`**${vscode.l10n.t('What to do:')}** ${result.remedy}`]),
  ]);
  const about = Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`);
  return [`# Agent Team`, verdict, ...rows, `## ${vscode.l10n.t('Versions')}`, about.join('\n'), ''].join('\n\n');
}

function mark(state: HealthResult['state']): string {
  if (state === 'ok') return vscode.l10n.t('OK:');
  return state === 'warning' ? vscode.l10n.t('Attention:') : vscode.l10n.t('Problem:');
}
