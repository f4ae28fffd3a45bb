// The `Workspace` port over VS Code.
import { TreeWorkspace } from '../../core/workspace/treeWorkspace';
import { VsCodeFileTree, type FileTreeOptions } from './vsCodeFileTree';

export class VsCodeWorkspace extends TreeWorkspace {
  constructor(options: FileTreeOptions = {}) {
    super(new VsCodeFileTree(options));
  }
}
