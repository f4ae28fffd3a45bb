// Entry of the report page: connects it with its host.
import type { WebviewApi } from '../shared/webviewApi';
import { ReportApp } from './reportApp';
import './report.css';

declare function acquireVsCodeApi(): WebviewApi;

const app = new ReportApp(acquireVsCodeApi());
window.addEventListener('error', (event) => app.fail(event.message));
window.addEventListener('unhandledrejection', (event) => app.fail(String(event.reason)));
window.addEventListener('message', (event: MessageEvent<unknown>) => app.receive(event.data));
document.body.append(app);
app.post({ type: 'ready' });
