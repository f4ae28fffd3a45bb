// Language services start when a file of their language is opened, and answer nothing until then.
import * as vscode from 'vscode';
import { isServed } from './servedLanguages';

/** Pauses between questions to a service that may still be starting: four seconds in all. */
const PAUSES_MS = [150, 350, 700, 1300, 1500];
const QUIET_MS = 400;
const MAX_WAIT_MS = 4000;
/** Where no extension is there for the language: a linter for all languages may still have something to say. */
const UNSERVED_WAIT_MS = 800;

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** Asks until there is an answer, some seconds at most; gives the last answer. */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  isAnswer: (value: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  let value = await ask();
  for (const delayMs of PAUSES_MS) {
    if (isAnswer(value) || signal.aborted) return value;
    await pause(delayMs, signal);
    value = await ask();
  }
  return value;
}

/** Opens a document and waits until its diagnostics have come and been quiet for a moment, some seconds at most. */
export async function settledDiagnostics(uri: vscode.Uri, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    if (!uris.some((changed) => changed.toString() === uri.toString())) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => settled.abort(), QUIET_MS);
  });
  try {
    const { languageId } = await vscode.workspace.openTextDocument(uri);
    const manifests = vscode.extensions.all.map(({ packageJSON }) => packageJSON as unknown);
    const waitMs = isServed(languageId, manifests) ? MAX_WAIT_MS : UNSERVED_WAIT_MS;
    await pause(waitMs, AbortSignal.any([signal, settled.signal]));
  } finally {
    listener.dispose();
    clearTimeout(quiet);
  }
}
