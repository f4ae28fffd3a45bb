// Entry of the page of events and traces: connects it with its host.
import type { WebviewApi } from '../shared/webviewApi';
import { HostLink } from './hostLink';
import { TABS } from './tabs';
import { TraceApp } from './traceApp';
import './trace.css';

declare function acquireVsCodeApi(): WebviewApi;

const app = new TraceApp();
app.link = new HostLink(acquireVsCodeApi(), (message) => app.receive(message));
app.known = TABS;
window.addEventListener('error', (event) => app.link.fail(event.message));
window.addEventListener('unhandledrejection', (event) => app.link.fail(String(event.reason)));
document.body.append(app);
window.addEventListener('pagehide', () => app.keepPlace());
app.link.post({ type: 'ready' });
