// `debug.ended`: a debug session is over. Sessions that another one has begun end with it and are not told.
import * as vscode from 'vscode';
import type { EventPublisher } from '../../core/events/publisher';

export function publishDebugSessions(publisher: EventPublisher): vscode.Disposable {
  return vscode.debug.onDidTerminateDebugSession(({ name, type, parentSession }) => {
    if (parentSession) return;
    publisher.publish({ topic: 'debug.ended', payload: { name, type }, source: 'editor' });
  });
}
