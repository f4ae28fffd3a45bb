// JSON to read: in the colours of code, unfolded as it was written. Coloured in pieces, not by a parser, so that a huge payload shows at once.
import { html, LitElement, type TemplateResult } from 'lit';

/** So much is shown; the rest is in the export. */
const MAX_SHOWN = 200_000;
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
/** Coloured tokens; beyond that the text is plain. */
const MAX_TOKENS = 3000;

export class JsonView extends LitElement {
  static override properties = { json: { attribute: false } };
  declare json: string;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`<pre class="json" tabindex="0">${colouredJson(this.json.slice(0, MAX_SHOWN))}</pre>`;
  }
}

function colouredJson(json: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    if (parts.length > MAX_TOKENS * 2) break;
    const [token, colon] = match;
    const kind = colon === undefined ? 'json-text' : 'json-key';
    parts.push(json.slice(end, match.index), html`<span class=${kind}>${token}</span>`);
    end = match.index + token.length;
  }
  parts.push(json.slice(end));
  return parts;
}

customElements.define('json-view', JsonView);
