// Entry of the chat page: connects it with its host.
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { CHAT_STRINGS } from '../../src/protocol/chat/chatStrings';
import { ChatApp } from './chatApp';
import { HostConnection } from './hostConnection';
import { MarkdownRenderer } from './markdown';
import { Translation } from '../shared/translation';
import type { WebviewApi } from '../shared/webviewApi';
import './chat.css';

declare function acquireVsCodeApi(): WebviewApi;

const app = new ChatApp();
const host = new HostConnection(acquireVsCodeApi(), (message) => app.receive(message));
const translation = new Translation(CHAT_STRINGS);
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
