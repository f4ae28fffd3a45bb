// Markdown of answers to HTML that is safe to show. Answers are foreign text: raw HTML in them is shown as text, images are links, and what comes out is sanitised once more.
import DOMPurify from 'dompurify';
import { Marked, type Token, type Tokens } from 'marked';
import { fileReference, linkedFile, type FileReference } from './fileReference';
import { highlight } from './highlight';

export interface MarkdownLabels {
  copy: string;
  insertAtCursor: string;
  openInEditor: string;
  code: (language: string) => string;
}

/** One top-level block; while text streams in, only the last ones change. */
export interface MarkdownBlock {
  html: string;
}

export class MarkdownRenderer {
  private readonly marked: Marked;
  /** Rendered blocks by their source; bounded. */
  private readonly cache = new Map<string, string>();

  constructor(private readonly labelsNow: () => MarkdownLabels) {
    this.marked = new Marked({ gfm: true, breaks: false });
    this.marked.use({
      renderer: {
        html: ({ text }) => escapeHtml(text),
        image: ({ href, text }) => anchor(href, escapeHtml(text || href)),
        code: (token) => this.codeBlock(token),
        codespan: ({ text }) => inlineCode(text),
        link({ href, tokens }) {
          const label = this.parser.parseInline(tokens);
          const file = linkedFile(href);
          return file ? fileLink(file, label) : anchor(href, label);
        },
        table(token) {
          const row = (cells: Tokens.TableCell[], tag: string) =>
            `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
          const body = token.rows.map((cells) => row(cells, 'td')).join('');
          return `<div class="table" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>`;
        },
        checkbox: ({ checked }) =>
          `<span class="codicon codicon-${checked ? 'pass' : 'circle-large-outline'}"></span> `,
      },
    });
  }

  render(text: string): MarkdownBlock[] {
    const tokens = this.marked.lexer(text);
    return tokens.filter((token) => token.type !== 'space').map((token) => ({ html: this.renderBlock(token, tokens) }));
  }

  private renderBlock(token: Token, all: ReturnType<Marked['lexer']>): string {
    // Definitions of links elsewhere in the text can change what a block means: they are part of its key.
    const key = `${Object.keys(all.links).length > 0 ? JSON.stringify(all.links) : ''}\u0000${token.raw}`;
    const cached = this.cache.get(key);
    if (cached !== undefined) return cached;
    const html = sanitise(this.marked.parser([token]));
    if (this.cache.size > 500) this.cache.clear();
    this.cache.set(key, html);
    return html;
  }

  private codeBlock({ text, lang }: Tokens.Code): string {
    const language = (lang ?? '').trim().split(/\s+/)[0]?.toLowerCase() ?? '';
    const labels = this.labelsNow();
    const button = (action: string, icon: string, label: string) =>
      `<button type="button" class="icon-button" data-code-action="${action}" title="${escapeHtml(label)}" aria-label="${escapeHtml(label)}"><span class="codicon codicon-${icon}"></span></button>`;
    return (
      `<figure class="code-block" data-language="${escapeHtml(language)}" aria-label="${escapeHtml(labels.code(language))}">` +
      `<figcaption><span class="code-language">${escapeHtml(language)}</span>` +
      button('copy', 'copy', labels.copy) +
      button('insert', 'insert', labels.insertAtCursor) +
      button('open', 'go-to-file', labels.openInEditor) +
      `</figcaption><pre tabindex="0"><code>${highlight(text, language) ?? escapeHtml(text)}</code></pre></figure>`
    );
  }
}

function inlineCode(text: string): string {
  const file = fileReference(text);
  const code = `<code>${escapeHtml(text)}</code>`;
  return file ? fileLink(file, code) : code;
}

function fileLink(file: FileReference, labelHtml: string): string {
  const line = file.line === undefined ? '' : ` data-line="${file.line}"`;
  const end = file.endLine === undefined ? '' : ` data-end-line="${file.endLine}"`;
  return `<a href="#" class="file-link" data-path="${escapeHtml(file.path)}"${line}${end}>${labelHtml}</a>`;
}

function anchor(href: string, labelHtml: string): string {
  if (!/^(https?:|mailto:)/i.test(href)) return labelHtml;
  return `<a href="${escapeHtml(href)}" title="${escapeHtml(href)}">${labelHtml}</a>`;
}

function sanitise(html: string): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS:
      'p br hr a b i strong em del s code pre figure figcaption button span div h1 h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td'.split(
        ' ',
      ),
    ALLOWED_ATTR: ['href', 'title', 'class', 'type', 'tabindex', 'start', 'aria-label'],
    ALLOW_DATA_ATTR: true,
    ALLOWED_URI_REGEXP: /^(https?:|mailto:|#$)/i,
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
