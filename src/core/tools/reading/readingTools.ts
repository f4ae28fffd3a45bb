// All editor-aware reading tools.
import type { Tool } from '../tool';
import { createGetDiagnostics } from './getDiagnostics';
import { createGetEditorContext } from './getEditorContext';
import { createGetGitChanges } from './getGitChanges';
import { createListFiles } from './listFiles';
import { withPendingNote } from './pendingNote';
import { createReadFile } from './readFile';
import type { ReadingPorts } from './readingPorts';
import { createSearchText } from './searchText';
import { createDocumentOutline, createFindReferences, createFindSymbols, createGoToDefinition } from './symbolTools';

/** Makes the reading tools of the contract; `portsOf` is asked at each call. */
export function createReadingTools(portsOf: ReadingPorts): Tool[] {
  return [
    createReadFile(portsOf),
    createListFiles(portsOf),
    createSearchText(portsOf),
    withPendingNote(createFindSymbols(portsOf), portsOf),
    withPendingNote(createDocumentOutline(portsOf), portsOf),
    withPendingNote(createGoToDefinition(portsOf), portsOf),
    withPendingNote(createFindReferences(portsOf), portsOf),
    withPendingNote(createGetDiagnostics(portsOf), portsOf),
    createGetEditorContext(portsOf),
    createGetGitChanges(portsOf),
  ];
}
