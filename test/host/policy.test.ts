// What asks and what never happens behind the person's back, in a real VS Code: the bytes on disk are the witness.
import * as assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import type { AgentTeamApi, Approval, EventEnvelope, RunResult } from '../../src/api';
import { configure, teamApi, useScriptedServer } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: args }] });

describe('the policy in a window', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let files: WorkspaceFiles;
  let tests = 0;
  before(async () => {
    api = await teamApi();
  });
  beforeEach(() => (files = new WorkspaceFiles(`policy-${(tests += 1)}`)));
  afterEach(async () => {
    await configure({ 'edits.mode': undefined, 'commands.allow': undefined, 'commands.mode': undefined });
    await closeAll();
    await files.dispose();
  });

  /** Lets dev make these calls one after the other; every question is answered by `answer`, and given back. */
  async function work(
    calls: readonly [string, object][],
    answer: 'allow' | 'deny' = 'deny',
  ): Promise<{ asked: Approval[]; result: RunResult; told: string[] }> {
    server().script(...calls.map(([name, args]) => ({ reply: call(name, args) })), { reply: { text: 'Done.' } });
    const asked: Approval[] = [];
    const subscription = api.events.subscribe('approval.requested', ({ payload }: EventEnvelope) => {
      const approval = payload as Approval;
      asked.push(approval);
      api.approvals.resolve(approval.id, answer);
    });
    const result = await api.ask('do it', { agent: 'dev' }).result;
    subscription.dispose();
    server().assertUsed();
    assert.equal(result.status, 'completed', result.error?.message);
    const told = (server().requests.at(-1)?.body.messages ?? []).flatMap((message) =>
      message.role === 'tool' ? [String(message.content)] : [],
    );
    return { asked, result, told };
  }

  it('asks in every mode before what widens rights or holds secrets is written, and writes nothing without a yes', async () => {
    await configure({ 'edits.mode': 'auto' });
    await files.write('.env', 'KEY=1\n');
    await symlink(files.fsPath('.env'), files.fsPath('harmless.txt'));
    const names = [
      '.vscode/settings.json',
      '.vscode/tasks.json',
      '.github/agents/x.agent.md',
      '.git/hooks/pre-commit',
      'AGENTS.md',
    ];
    const creations = names.map((name): [string, object] => [
      'create_file',
      { path: files.pathOf(name), content: 'x' },
    ]);
    const edits = [{ oldText: 'KEY=1', newText: 'KEY=2' }];
    const { asked, told } = await work([
      ...creations,
      ['edit_file', { path: files.pathOf('.env'), edits }],
      ['edit_file', { path: files.pathOf('harmless.txt'), edits }],
    ]);
    assert.equal(asked.length, names.length + 2, JSON.stringify(asked.map(({ title }) => title)));
    assert.ok(asked.every(({ risk, detail }) => risk === 'high' && /a protected file/.test(detail)));
    assert.ok(told.every((text) => /denied this call/.test(text)));
    for (const name of names) assert.equal(await files.bytes(name), undefined, name);
    assert.equal(await files.text('.env'), 'KEY=1\n');
  });

  it('sees every part of a line: what hides behind an allowed command asks, and a denial keeps it from running', async () => {
    await configure({ 'commands.allow': ['echo', 'ls', 'find'] });
    await files.write('canary.txt', 'alive\n');
    const canary = files.pathOf('canary.txt');
    const lines = [
      `echo hi; rm ${canary}`,
      `echo hi && rm ${canary}`,
      `echo hi\nrm ${canary}`,
      `echo "$(rm ${canary})"`,
      `echo \`rm ${canary}\``,
      `env rm ${canary}`,
      `bash -c "rm ${canary}"`,
      `ls ${canary} | xargs rm`,
      `find ${canary} -exec rm {} ;`,
      `echo gone > ${canary}`,
      `echoevil ${canary}`,
    ];
    const { asked, told } = await work(lines.map((command) => ['run_command', { command }]));
    assert.deepEqual(
      asked.map(({ detail }) => lines.findIndex((line) => detail.startsWith(`$ ${line.split('\n')[0] ?? ''}`))),
      lines.map((line) => lines.findIndex((other) => line.startsWith(other.split('\n')[0] ?? ''))),
    );
    assert.ok(told.every((text) => /denied this call/.test(text)));
    assert.equal(await files.text('canary.txt'), 'alive\n');
  });

  it('names the command, its folder and how many pending edits are applied there', async () => {
    await files.write('a.txt', 'one\n');
    await files.write('b.txt', 'two\n');
    const edit = (name: string, oldText: string): [string, object] => [
      'edit_file',
      { path: files.pathOf(name), edits: [{ oldText, newText: oldText.toUpperCase() }] },
    ];
    const command: [string, object] = ['run_command', { command: 'cat a.txt b.txt', cwd: files.folder }];
    const { asked, told } = await work(
      [command, edit('a.txt', 'one'), command, edit('b.txt', 'two'), command],
      'allow',
    );
    assert.deepEqual(
      asked.map(({ title }) => title),
      [
        `dev wants to run \`cat a.txt b.txt\` in ${files.folder}/`,
        `dev wants to run \`cat a.txt b.txt\` in ${files.folder}/ (1 pending edit applied)`,
        `dev wants to run \`cat a.txt b.txt\` in ${files.folder}/ (2 pending edits applied)`,
      ],
    );
    assert.deepEqual(
      told
        .filter((text) => text.includes('exit code: 0'))
        .map((text) => /\n\n([\s\S]*)\n<\/untrusted>$/.exec(text)?.[1]),
      ['one\ntwo', 'ONE\ntwo', 'ONE\nTWO'],
    );
    assert.deepEqual([await files.text('a.txt'), await files.text('b.txt')], ['one\n', 'two\n']);
  });
});
