// The page's texts in the display language, those of each tab under its id.
import { TRACE_STRINGS } from '../../protocol/trace/traceStrings';
import { translated } from '../webviews/translated';
import type { TraceTab } from './traceTab';

export function traceStrings(tabs: readonly TraceTab[]): Record<string, Record<string, string>> {
  const tables = [['', TRACE_STRINGS] as const, ...tabs.map(({ id, strings = {} }) => [id, strings] as const)];
  return Object.fromEntries(tables.map(([id, strings]) => [id, translated(strings)]));
}
