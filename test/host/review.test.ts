// Reviews in the real editor: commands and API on real files, fixes through the change set, findings that follow decisions.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, RunResult } from '../../src/api';
import { plantedDefects } from '../support/plantedDefects';
import { configure, teamApi, topicsOf, useScriptedServer } from './support/team';
import { closeAll, eventually, WorkspaceFiles } from './support/workspaceFiles';

const SOURCE = [
  'export function mean(values: number[]): number {',
  '  const total = values.reduce((sum, value) => sum + value, 0);',
  '  return total / values.length;',
  '}',
  '',
  'export function read(text: string): unknown {',
  '  return eval(text);',
  '}',
  '',
].join('\n');
const REPLACED = '  return values.length === 0 ? 0 : total / values.length;';

describe('a review', function () {
  // Each waits for comments to follow several edits.
  this.timeout(60_000);
  const files = new WorkspaceFiles('reviewed');
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    await files.write('mean.ts', SOURCE);
  });
  afterEach(closeAll);
  after(() => files.dispose());

  describe('without a model', () => {
    before(() => configure({ provider: 'offline' }));
    after(() => configure({ provider: undefined }));

    it('finds what analysis and scan find, on the lines where it stands', async () => {
      const result = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewFile', files.uri('mean.ts'));
      assert.equal(result.kind, 'review');
      assert.equal(result.status, 'completed', result.error?.message);
      assert.equal(result.agent, 'qa');
      assert.equal(result.usage.modelCalls, 0);
      const lines = SOURCE.split('\n');
      for (const finding of result.findings) {
        const shown = lines.slice(finding.startLine - 1, finding.endLine).join('\n');
        assert.ok(shown.includes(finding.evidence.split('\n')[0] ?? ''), `${finding.title} at ${finding.startLine}`);
      }
      const evaluation = result.findings.find(({ startLine }) => startLine === 7);
      assert.equal(evaluation?.category, 'security');
      assert.equal(evaluation.path, files.pathOf('mean.ts'));
      assert.match(result.text, /no language model was used/);
    });

    it('takes a comment away with its code, and brings it back with an undo or a paste elsewhere', async function () {
      this.timeout(60_000);
      // The mirror in the Problems panel shows where the comments stand.
      await configure({ 'review.showProblems': true });
      try {
        const uri = files.uri('mean.ts');
        const { runId } = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewFile', uri);
        const lines = () =>
          vscode.languages
            .getDiagnostics(uri)
            .filter(({ source, code }) => source === 'Agent Team review' && code === 'code-evaluation')
            .map(({ range }) => range.start.line);
        const stands = async (expected: number[]) => {
          const status = expected.length > 0 ? 'open' : 'resolved';
          await eventually(
            async () => {
              const run = await api.runs.get(runId);
              const found = run?.findings.find(({ rule }) => rule === 'code-evaluation');
              return found?.status === status && lines().join() === expected.join();
            },
            `a comment on ${expected.join() || 'no line'}`,
          );
        };
        await stands([6]);
        const editor = await files.open('mean.ts');
        const line = new vscode.Range(6, 0, 7, 0);
        const code = editor.document.getText(line);
        await editor.edit((edit) => edit.delete(line));
        await stands([]);
        await vscode.commands.executeCommand('undo');
        await stands([6]);
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// above\n'));
        await stands([7]);
        await editor.edit((edit) => edit.delete(new vscode.Range(7, 0, 8, 0)));
        await stands([]);
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), code));
        await stands([0]);
      } finally {
        await configure({ 'review.showProblems': undefined });
      }
    });

    it('finds what is planted in a repository of many languages, each on its line, and nothing else', async () => {
      const repository = new WorkspaceFiles('planted');
      const root = vscode.extensions.getExtension('agent-team.agent-team')?.extensionPath ?? '';
      const { files: planted, expected } = await plantedDefects(root);
      try {
        for (const [name, text] of Object.entries(planted)) await repository.write(name, text);
        const folder = vscode.Uri.file(repository.fsPath(''));
        const result = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewFile', folder);
        assert.equal(result.status, 'completed', result.error?.message);
        // What VS Code's own language services say of TypeScript and PHP is theirs; their rules carry a source.
        const ours = result.findings.filter(({ rule }) => rule !== undefined && !rule.includes('/'));
        assert.deepEqual(
          ours.map(({ path, startLine, rule }) => `${path.replace('planted/', '')}:${startLine} ${rule ?? ''}`).sort(),
          expected,
        );
        for (const { path, startLine, evidence } of ours) {
          const line = planted[path.replace('planted/', '')]?.split('\n')[startLine - 1] ?? '';
          assert.ok(line.includes(evidence.split('\n')[0] ?? ''), `${path}:${startLine} ${evidence}`);
        }
      } finally {
        await repository.dispose();
      }
    });

    it('looks at the selected lines only', async () => {
      const editor = await files.open('mean.ts');
      editor.selection = new vscode.Selection(0, 0, 3, 1);
      const result = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewSelection');
      assert.ok(result.findings.every(({ endLine }) => endLine <= 4));
      assert.ok(!result.findings.some(({ startLine }) => startLine === 7));
    });

    it('says what is wrong with a target', async () => {
      const missing = await api.review({ uri: files.uri('none.ts').toString() }).result;
      assert.equal(missing.status, 'failed');
      assert.equal(missing.error?.reason, 'file.not_found');
      const malformed = await api.review({ nothing: true } as never).result;
      assert.equal(malformed.error?.reason, 'request.invalid');
    });
  });

  describe('by a model', () => {
    const server = useScriptedServer();
    const finding = {
      path: 'reviewed/mean.ts',
      startLine: 30,
      endLine: 30,
      severity: 'major',
      category: 'bug',
      title: 'The mean of no values is NaN',
      why: 'values may be empty.',
      evidence: 'return total / values.length;',
      suggestion: { oldText: '  return total / values.length;', newText: REPLACED },
    };
    const reply = { toolCalls: [{ name: 'report_findings', arguments: { findings: [finding] } }] };

    it('puts findings on the code that they quote, and applies a fix through the change set', async () => {
      server().script({ reply }, { reply: { text: 'One bug.' } });
      const result = await api.review({ uri: files.uri('mean.ts').toString() }).result;
      const found = result.findings.find(({ title }) => title === finding.title);
      assert.deepEqual([found?.startLine, found?.status], [3, 'open']);
      const { runId } = result;
      await eventually(async () => {
        const outcome = await vscode.commands
          .executeCommand<{ applied: number }>('agentTeam.applyAllFindings', { runId })
          .then(undefined, () => ({ applied: 0 }));
        return outcome.applied > 0;
      }, 'the fix is applied');
      assert.equal(await files.text('mean.ts'), SOURCE.replace('  return total / values.length;', REPLACED));
      const after = await api.runs.get(runId);
      assert.equal(after?.findings.find(({ title }) => title === finding.title)?.status, 'applied');
      assert.equal(after.changes[0]?.status, 'accepted');
      const topics = topicsOf(await api.events.history({ runId }));
      assert.ok(topics.includes('review.completed') && topics.includes('review.updated'));
      await vscode.commands.executeCommand('agentTeam.revertRun', { runId });
      assert.equal(await files.text('mean.ts'), SOURCE);
    });

    it('exports SARIF and markdown', async () => {
      server().script({ reply }, { reply: { text: 'One bug.' } });
      const { runId } = await api.review({ uri: files.uri('mean.ts').toString() }).result;
      for (const name of ['findings.sarif', 'findings.md']) {
        await vscode.commands.executeCommand('agentTeam.exportFindings', { runId, uri: files.uri(name).toString() });
      }
      const sarif = JSON.parse((await files.text('findings.sarif')) ?? '') as { runs: { results: unknown[] }[] };
      assert.ok((sarif.runs[0]?.results.length ?? 0) > 0);
      assert.match((await files.text('findings.md')) ?? '', /The mean of no values is NaN/);
    });
  });
});
