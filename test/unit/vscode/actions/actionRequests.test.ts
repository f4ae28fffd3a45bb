import assert from 'node:assert/strict';
import {
  commitMessageOf,
  documentRequest,
  fixRequest,
  plainCommitMessage,
  testsRequest,
} from '../../../../src/vscode/actions/actionRequests';

describe('requests of actions', () => {
  it("name the language's convention for documentation", () => {
    assert.match(documentRequest('python'), /PEP 257/);
    assert.match(documentRequest('rust'), /\/\/\//);
    assert.match(documentRequest('cobol'), /that this language usually has/);
  });

  it('tell what is known of the tests', () => {
    const known = testsRequest({ runner: { name: 'mocha', command: 'npm test' }, examples: ['test/a.test.ts'] });
    assert.match(known, /mocha \(npm test\)/);
    assert.match(known, /Read test\/a\.test\.ts first/);
    assert.match(testsRequest({ examples: [] }), /No way to run tests was found/);
  });

  it('list problems with their lines and sources', () => {
    const request = fixRequest('src/a.ts', [{ line: 3, severity: 'error', message: 'No x.', source: 'ts' }]);
    assert.match(request, /- line 3: error: No x\. \(ts\)/);
  });
});

describe('commit messages', () => {
  it('are taken out of fences, quotes and leading remarks', () => {
    for (const answer of [
      'Add guard',
      '"Add guard"',
      '```\nAdd guard\n```',
      'Commit message: Add guard',
      'Here it is:\n```text\nAdd guard\n```\nDone.',
    ]) {
      assert.equal(commitMessageOf(answer), 'Add guard', answer);
    }
    assert.equal(commitMessageOf('Add guard\n\nIt was missing.'), 'Add guard\n\nIt was missing.');
  });

  it('come from the names where there is no model', () => {
    assert.equal(plainCommitMessage([]), '');
    assert.equal(plainCommitMessage(['src/a.ts']), 'Change a.ts');
    assert.equal(plainCommitMessage(['a.ts', 'b.ts']), 'Change a.ts and b.ts');
    assert.equal(plainCommitMessage(['a.ts', 'b.ts', 'c.ts']), 'Change a.ts and 2 more files');
  });
});
