import * as assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { requestOf } from '../support/otlpDocuments';
import { teamApi } from './support/team';

const TRACE = '5b8efff798038103d269b633813fc60c';
const request = requestOf([
  {
    traceId: TRACE,
    spanId: 'eee19b7ec3c1b174',
    name: 'a span of another tool',
    kind: 2,
    startTimeUnixNano: '1544712660000000001',
    endTimeUnixNano: '1544712661000000000',
    attributes: [{ key: 'whole', value: { doubleValue: 3 } }],
    status: { code: 2, message: 'no' },
  },
]);

describe('files of traces', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'agent-team-traces-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are imported and exported by commands that don’t ask', async () => {
    const api = await teamApi();
    const from = path.join(folder, 'from.json');
    await writeFile(from, `${JSON.stringify(request)}\n`);
    const uri = vscode.Uri.file(from);
    assert.deepEqual(await vscode.commands.executeCommand('agentTeam.importTrace', { uri }), [TRACE]);
    const summary = api.traces.list().find(({ traceId }) => traceId === TRACE);
    assert.deepEqual([summary?.imported, summary?.runId, summary?.errors], [true, undefined, 1]);
    const [span] = await api.traces.spans(TRACE);
    assert.deepEqual([span?.name, span?.startTime], ['a span of another tool', '2018-12-13T14:51:00.000000001Z']);

    const to = path.join(folder, 'to.json');
    await vscode.commands.executeCommand('agentTeam.exportTrace', { traceId: TRACE, uri: to });
    assert.deepEqual(JSON.parse(await readFile(to, 'utf8')), request);
    assert.deepEqual(await vscode.commands.executeCommand('agentTeam.exportTrace', { traceId: TRACE }), request);
    assert.deepEqual(await api.traces.exportOtlp([TRACE]), request);
  });

  it('say what is wrong with them', async () => {
    const bad = path.join(folder, 'bad.json');
    await writeFile(bad, '{"resourceSpans": [}');
    const run = (command: string, argument: object) => vscode.commands.executeCommand(command, argument);
    await assert.rejects(async () => run('agentTeam.importTrace', { uri: bad }), /bad\.json is not JSON.*character 20/);
    const missing = path.join(folder, 'missing.json');
    await assert.rejects(async () => run('agentTeam.importTrace', { uri: missing }), /missing\.json could not be read/);
    await assert.rejects(async () => run('agentTeam.importTrace', {}), /Name the file/);
    await assert.rejects(async () => run('agentTeam.exportTrace', { traceId: 'nope' }), /There is no trace nope/);
  });
});
