// All tools that write through a run's change set and need no language service.
import type { Tool } from '../tool';
import { createApplyPatch } from './applyPatch';
import { createEditFile } from './editFile';
import { createCreateFile, createDeleteFile, createRenameFile } from './fileTools';
import type { WritingPorts } from './writingPorts';

/** Makes the writing tools of the contract. */
export function createWritingTools(ports: WritingPorts): Tool[] {
  return [
    createEditFile(ports),
    createApplyPatch(ports),
    createCreateFile(ports),
    createDeleteFile(ports),
    createRenameFile(ports),
  ];
}
