import { CONTRACT_EXCLUDED, CONTRACT_FILES, describeWorkspaceContract } from '../../../support/workspaceContract';
import { InMemoryWorkspace } from '../../../support/inMemoryWorkspace';

describeWorkspaceContract('TreeWorkspace over files in memory', () =>
  Promise.resolve(new InMemoryWorkspace({ ...CONTRACT_FILES }, { excluded: CONTRACT_EXCLUDED })),
);
