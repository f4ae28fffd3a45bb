// What the editor itself tells the team: commits, ends of debug sessions, problems of files.
import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { AgentTeamApi, EventEnvelope } from '../../src/api';
import { at, write } from './support/agentFiles';
import { teamApi } from './support/team';

const run = promisify(execFile);

describe('events of the editor', function () {
  this.timeout(90_000);
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    // The sources are there as soon as the extension proper is.
    await api.events.history({ limit: 1 });
  });

  /** Resolves with the first event that fits, from now on. */
  function next<P>(topic: string, fits: (payload: P) => boolean): Promise<EventEnvelope<P>> {
    return new Promise((resolve) => {
      const subscription = api.events.subscribe(topic, (event) => {
        if (!fits(event.payload as P)) return;
        subscription.dispose();
        resolve(event as EventEnvelope<P>);
      });
    });
  }

  describe('git.changed', () => {
    const root = () => at('').fsPath;
    const git = async (...args: string[]) => {
      const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
      await run('git', [...who, ...args], { cwd: root() });
      await vscode.commands.executeCommand('git.refresh');
    };
    const headOf = async () => (await run('git', ['rev-parse', 'HEAD'], { cwd: root() })).stdout.trim();

    it('tells of a commit and of another branch, and not of files that were saved', async () => {
      await vscode.extensions.getExtension('vscode.git')?.activate();
      await vscode.commands.executeCommand('git.refresh');
      const told: string[] = [];
      const all = api.events.subscribe('git.changed', ({ payload }) => {
        told.push((payload as { head: string }).head);
      });
      await write(at('saved-without-commit.txt'), 'x\n');
      await vscode.commands.executeCommand('git.refresh');
      const before = await headOf();
      try {
        const committed = next<{ head: string; repository: string }>(
          'git.changed',
          ({ head }) => !head.endsWith(before),
        );
        await git('commit', '--allow-empty', '-m', 'Nothing');
        const { payload, source } = await committed;
        const commit = await headOf();
        assert.deepEqual([payload.head.split('@')[1], source], [commit, 'editor']);
        assert.match(payload.repository, /^file:\/\/.*bookshop/);
        const branched = next<{ head: string }>('git.changed', ({ head }) => head.startsWith('of-a-test@'));
        await git('checkout', '-q', '-b', 'of-a-test');
        assert.equal((await branched).payload.head, `of-a-test@${commit}`);
        assert.equal(new Set(told).size, 2, `once each: ${told.join(', ')}`);
        assert.equal(told.length, 2);
      } finally {
        all.dispose();
        const [branch] = (await run('git', ['branch', '--show-current'], { cwd: root() })).stdout.split('\n');
        if (branch === 'of-a-test') await git('checkout', '-q', '-');
        await git('branch', '-q', '-D', 'of-a-test').catch(() => undefined);
        await vscode.workspace.fs.delete(at('saved-without-commit.txt'));
      }
    });
  });

  describe('debug.ended', () => {
    it('tells of a session that is over, and not of those that it began', async () => {
      const program = at('src/debugged.js');
      await write(program, 'console.log("debugged");\n');
      const told: unknown[] = [];
      const all = api.events.subscribe('debug.ended', ({ payload }) => void told.push(payload));
      try {
        const ended = next<{ name: string; type: string }>('debug.ended', ({ name }) => name === 'Debugged by a test');
        const [folder] = vscode.workspace.workspaceFolders ?? [];
        const configuration = { type: 'node', request: 'launch', name: 'Debugged by a test', program: program.fsPath };
        const runtime = { runtimeExecutable: process.execPath, console: 'internalConsole' };
        assert.ok(await vscode.debug.startDebugging(folder, { ...configuration, ...runtime }));
        const { payload, source } = await ended;
        assert.deepEqual([payload.name, source], ['Debugged by a test', 'editor']);
        assert.match(payload.type, /node/);
        assert.equal(told.length, 1);
      } finally {
        all.dispose();
        await vscode.workspace.fs.delete(program);
      }
    });
  });

  describe('diagnostics.changed', () => {
    const uri = () => at('src/diagnosed.xyz');
    const problem = (severity: vscode.DiagnosticSeverity, source = 'a linter') => {
      const diagnostic = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), 'This is odd.', severity);
      diagnostic.source = source;
      return diagnostic;
    };
    interface Counted {
      path: string;
      uri: string;
      errors: number;
      warnings: number;
    }
    let collection: vscode.DiagnosticCollection;
    before(async () => {
      collection = vscode.languages.createDiagnosticCollection('test');
      await write(uri(), 'x\n');
    });
    after(async () => {
      collection.dispose();
      await vscode.workspace.fs.delete(uri());
    });
    const about = (fits: (counted: Counted) => boolean = () => true) =>
      next<Counted>('diagnostics.changed', (counted) => counted.uri === uri().toString() && fits(counted));

    it('tells how many errors and warnings a file has now, once for what comes together', async () => {
      const { Error: error, Warning: warning, Hint: hint } = vscode.DiagnosticSeverity;
      const first = about();
      collection.set(uri(), [problem(error)]);
      collection.set(uri(), [problem(error), problem(error), problem(warning), problem(hint)]);
      const { payload, source } = await first;
      assert.deepEqual(payload, { path: 'src/diagnosed.xyz', uri: uri().toString(), errors: 2, warnings: 1 });
      assert.equal(source, 'editor');
      const gone = about();
      collection.delete(uri());
      const { errors, warnings } = (await gone).payload;
      assert.deepEqual([errors, warnings], [0, 0]);
    });

    it('says nothing where the numbers are the same, and nothing of our own findings', async () => {
      const { Error: error } = vscode.DiagnosticSeverity;
      const counts: number[] = [];
      const all = api.events.subscribe('diagnostics.changed', ({ payload }) => {
        const counted = payload as Counted;
        if (counted.uri === uri().toString()) counts.push(counted.errors);
      });
      try {
        const one = about();
        collection.set(uri(), [problem(error), problem(error, 'Agent Team')]);
        await one;
        // Another problem in its place, and more findings of ours: the next news is that there are three.
        collection.set(uri(), [problem(error), problem(error, 'Agent Team'), problem(error, 'Agent Team')]);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const three = about(({ errors }) => errors === 3);
        collection.set(uri(), [problem(error), problem(error), problem(error)]);
        await three;
        assert.deepEqual(counts, [1, 3]);
      } finally {
        all.dispose();
      }
    });
  });
});
