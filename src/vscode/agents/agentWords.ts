// Words of the agents tree.
import * as vscode from 'vscode';
import type { AgentWords } from './agentRows';
import { whenText } from './reactionTexts';

export function agentWords(): AgentWords {
  const { l10n } = vscode;
  return {
    idle: l10n.t('idle'),
    running: l10n.t('works'),
    paused: l10n.t('paused'),
    off: l10n.t('switched off'),
    breakerOpen: l10n.t('left alone after failures'),
    runs: (count) => (count === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count)),
    tokens: (formatted) => l10n.t('{0} tokens', formatted),
    errors: (percent) => l10n.t('{0} failed', percent),
    names: {
      breaker: l10n.t('Circuit breaker'),
      latency: l10n.t('Time for an answer'),
      tokens: l10n.t('Tokens'),
      cost: l10n.t('Cost'),
      errors: l10n.t('Failures'),
      prompt: l10n.t('Prompt version'),
      reactions: l10n.t('Works by itself'),
    },
    breaker: (state, failures) => {
      if (state === 'open') return l10n.t('open after {0} failures in a row', failures);
      if (state === 'half-open') return l10n.t('tries again');
      return failures === 0 ? l10n.t('closed') : l10n.t('closed, {0} failures in a row', failures);
    },
    percentiles: (p50, p95) => l10n.t('usually {0}, at most {1} (95 %)', p50, p95),
    tokensInOut: (input, output) => l10n.t('{0} in, {1} out', input, output),
    unknown: l10n.t('unknown'),
    atLeast: (cost) => l10n.t('{0} and calls of unknown cost', cost),
    failures: (failed, all, reason) =>
      failed === 0
        ? l10n.t('none in {0}', all)
        : reason === ''
          ? l10n.t('{0} of {1}', failed, all)
          : l10n.t('{0} of {1}, mostly {2}', failed, all, reason),
    when: (topic) => {
      const text = whenText(topic);
      return `${text.charAt(0).toLocaleUpperCase(vscode.env.language)}${text.slice(1)}`;
    },
    hold: (hold) => {
      switch (hold) {
        case 'debounce':
        case 'slot':
          return l10n.t('about to begin');
        case 'rate':
          return l10n.t('waits: so often a minute at most');
        case 'typing':
          return l10n.t('waits until you pause typing');
        case 'retry':
          return l10n.t('tries again later');
        case 'paused':
          return l10n.t('paused');
        case 'breaker':
          return l10n.t('waits: the agent failed several times');
        case 'budget':
          return l10n.t('waits: the budget of this hour is used up');
        case 'consent':
          return l10n.t('waits for your permission');
        case 'unclaimed':
          return l10n.t('waits for the other windows');
      }
    },
    waiting: (count) => (count === 1 ? l10n.t('1 event waits') : l10n.t('{0} events wait', count)),
    fired: (ago) => l10n.t('last {0} ago', ago),
    offered: l10n.t('off'),
    importThem: l10n.t('Import from other tools...'),
    files: (first, more) => (more === 0 ? first : l10n.t('{0} and {1} more', first, more)),
  };
}
