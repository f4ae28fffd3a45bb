// The health page as HTML: problems first, and what to do as links to commands. Nothing in it runs a script.
import * as vscode from 'vscode';
import type { CheckedHealth, HealthResult } from './health';

/** `[title](command:id?arguments)`, as remedies have it. */
const LINK = /\[([^\]]+)\]\((command:[^)\s]+)\)/g;

export interface HealthHtml {
  verdict: string;
  checked: readonly CheckedHealth[];
  versions: Readonly<Record<string, string>>;
  /** Links below the verdict, as in remedies. */
  links: readonly string[];
}

export function healthHtml({ verdict, checked, versions, links }: HealthHtml): string {
  const order: readonly HealthResult['state'][] = ['error', 'warning', 'ok'];
  const sorted = [...checked].sort((a, b) => order.indexOf(a.result.state) - order.indexOf(b.result.state));
  const about = Object.entries(versions).map(([name, version]) => `<p>${escaped(`${name} ${version}`)}</p>`);
  return `<main data-testid="health">
<h1>${escaped(vscode.l10n.t('Health of Agent Team'))}</h1>
<p class="verdict" role="status">${escaped(verdict)}</p>
<p class="actions">${links.map(withLinks).join(' ')}</p>
${sorted.map(section).join('\n')}
<section class="versions"><h2>${escaped(vscode.l10n.t('Versions'))}</h2><div>${about.join('')}</div></section>
</main>`;
}

/** The commands that links of these texts run; the page may run them and no other. */
export function commandsIn(texts: readonly string[]): string[] {
  const links = texts.flatMap((text) => [...text.matchAll(LINK)].map(([, , link = '']) => link));
  return [...new Set(links.map((link) => link.replace(/^command:/, '').replace(/\?.*$/, '')))];
}

function section({ title, result: { state, found, remedy } }: CheckedHealth): string {
  const icon = state === 'ok' ? 'pass' : state;
  // What was found may be words of a server: only remedies have links.
  const paragraphs = [
    ...found.split('\n').map((text) => escaped(text.replace(/^- /, ''))),
    ...(remedy === undefined ? [] : [withLinks(remedy)]),
  ];
  return `<section class="check" data-testid="health-check" data-state="${state}">
<span class="codicon codicon-${icon}" role="img" aria-label="${escaped(stateLabel(state))}"></span>
<h2>${escaped(title)}</h2>
<div>${paragraphs.map((html) => `<p>${html}</p>`).join('')}</div>
</section>`;
}

function withLinks(text: string): string {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, title = '', link = ''] = match;
    html += `${escaped(text.slice(end, match.index))}<a href="${escaped(link)}">${escaped(title)}</a>`;
    end = match.index + whole.length;
  }
  return html + escaped(text.slice(end));
}

function stateLabel(state: HealthResult['state']): string {
  if (state === 'ok') return vscode.l10n.t('OK');
  return state === 'warning' ? vscode.l10n.t('Attention') : vscode.l10n.t('Problem');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
