import assert from 'node:assert/strict';
import { createReadingTools } from '../../../../src/core/tools/reading/readingTools';
import {
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
} from '../../../support/inMemoryWorkspace';

const context = { runId: 'run', agent: 'dev', callId: 'call', signal: new AbortController().signal };

async function diagnosticsWith(pending: string[]): Promise<string> {
  const ports = {
    workspace: new InMemoryWorkspace({ 'a.ts': 'a' }),
    languages: new InMemoryLanguageServices(),
    editor: new InMemoryEditor(),
    git: new InMemoryGitChanges(),
    pendingPaths: () => Promise.resolve(pending),
  };
  const tool = createReadingTools(() => ports).find(({ name }) => name === 'get_diagnostics');
  assert.ok(tool);
  return (await tool.run({ path: 'a.ts' }, context)).text;
}

describe('tools that ask language services', () => {
  it('name the files with pending edits, which the services do not know', async () => {
    assert.equal(
      await diagnosticsWith(['a.ts', 'b.ts']),
      'No problems are reported in a.ts.\n[This is about the files as they really are. Pending edits, which it does not know: a.ts, b.ts.]',
    );
  });

  it('say nothing of it where there are none', async () => {
    assert.equal(await diagnosticsWith([]), 'No problems are reported in a.ts.');
  });
});
