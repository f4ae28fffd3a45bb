// How states look on the page: an icon, and a class for its colour.
import { html, type TemplateResult } from 'lit';
import type { ReportState } from '../../src/protocol/report/reportMessages';

const ICONS: Record<ReportState, string> = {
  pending: 'circle-outline',
  blocked: 'circle-outline',
  running: 'loading',
  paused: 'debug-pause',
  'waiting-approval': 'question',
  retrying: 'sync',
  completed: 'pass',
  partial: 'warning',
  failed: 'error',
  skipped: 'debug-step-over',
  cancelled: 'circle-slash',
  interrupted: 'debug-disconnect',
};

export function stateIcon(state: ReportState, label: string): TemplateResult {
  return html`<span
    class="codicon codicon-${ICONS[state]} state-${state}"
    role="img"
    aria-label=${label}
    title=${label}
  ></span>`;
}
