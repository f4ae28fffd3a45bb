// The page's texts in the display language, those of each tab under its id.
import * as vscode from 'vscode';
import { TRACE_STRINGS } from '../../protocol/trace/traceStrings';
import type { TraceTab } from './traceTab';

export function traceStrings(tabs: readonly TraceTab[]): Record<string, Record<string, string>> {
  const tables = [['', TRACE_STRINGS] as const, ...tabs.map(({ id, strings = {} }) => [id, strings] as const)];
  return Object.fromEntries(tables.map(([id, strings]) => [id, translated(strings)]));
}

function translated(strings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(strings).map(([key, text]) => [key, vscode.l10n.t(text)]));
}
