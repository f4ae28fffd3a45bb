// Files of other tools as agents and instructions. Pure, and never throws: what can't be read is a fault.
import { convertMarkdown } from './convertMarkdown';
import { convertRooModes } from './convertRoo';
import type { Converted, ImportFault } from './importItem';
import { MAX_SOURCE_LENGTH, sourceKind, type ImportSource } from './importSource';

/** All that the files give, in their order. */
export function convertSources(sources: readonly ImportSource[]): Converted {
  const converted = sources.map(convertSource);
  return { items: converted.flatMap(({ items }) => items), faults: converted.flatMap(({ faults }) => faults) };
}

function convertSource(source: ImportSource): Converted {
  const kind = sourceKind(source.path);
  const fail = (reason: ImportFault['reason']): Converted => ({
    items: [],
    faults: [{ source: source.path, reason, detail: '' }],
  });
  if (kind === undefined) return fail('file.unknown');
  if (source.text.length > MAX_SOURCE_LENGTH) return fail('file.too_long');
  if (source.text.replace(/^\uFEFF/, '').trim() === '') return fail('file.empty');
  if (kind === 'rooModes') return convertRooModes(source);
  const item = convertMarkdown(source, kind);
  return item ? { items: [item], faults: [] } : fail('file.empty');
}
