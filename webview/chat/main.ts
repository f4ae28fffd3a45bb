// Entry of the chat page: connects it with its host.
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { ChatApp } from './chatApp';
import { HostConnection, type WebviewApi } from './hostConnection';
import { MarkdownRenderer } from './markdown';
import { Translation } from './translation';
import './chat.css';

declare function acquireVsCodeApi(): WebviewApi;

const app = new ChatApp();
const host = new HostConnection(acquireVsCodeApi(), (message) => app.receive(message));
const translation = new Translation();
const { text } = translation;
app.page = {
  host,
  translation,
  markdown: new MarkdownRenderer(() => ({
    copy: text('copy'),
    insertAtCursor: text('insertAtCursor'),
    openInEditor: text('openInEditor'),
    code: (language) => (language ? text('codeIn', language) : text('code')),
  })),
};
window.addEventListener('error', (event) => host.post({ type: 'pageError', message: event.message.slice(0, 4000) }));
window.addEventListener('unhandledrejection', (event) =>
  host.post({ type: 'pageError', message: String(event.reason).slice(0, 4000) }),
);
document.body.append(app);
window.addEventListener('pagehide', () => app.flushDraft());
window.addEventListener('blur', () => app.flushDraft());
host.post({ type: 'ready' });
