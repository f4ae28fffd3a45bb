// Commands that do not behave, in a real VS Code: they wait for input, page, colour, flood, or never end.
import * as assert from 'node:assert/strict';
import type { AgentTeamApi } from '../../src/api';
import { isAlive, until } from '../support/processes';
import { configure, teamApi, useScriptedServer } from './support/team';

describe('commands of agents that do not behave', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    await configure({ 'commands.allow': ['cat', 'git log', 'node'] });
  });
  after(() => configure({ 'commands.allow': undefined }));

  /** What the model gets for the command. */
  async function run(command: string, timeoutSeconds?: number): Promise<string> {
    const input = { command, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
    server().reset();
    server().script({ reply: { toolCalls: [{ name: 'run_command', arguments: input }] } }, { reply: { text: 'done' } });
    const result = await api.ask('run it', { agent: 'qa' }).result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    return String(server().requests.at(-1)?.body.messages.at(-1)?.content);
  }

  it('get no input to wait for', async () => {
    assert.match(await run('cat'), /exit code: 0/);
  });

  it('get no pager and no terminal that would be coloured', async () => {
    const told = await run(
      `node -e "console.log('tty', process.stdout.isTTY === true, process.env.PAGER ?? '', process.env.GIT_PAGER ?? ''); console.log('\\u001b[31mred\\u001b[0m')"`,
    );
    assert.match(told, /tty false cat/);
    assert.match(told, /^red$/m);
    assert.ok(!told.includes('\u001b'));
  });

  it('may print a hundred megabytes: the model gets both ends, and how much was left out', async () => {
    const program = `const line='x'.repeat(1023)+'\\n';process.stdout.write('first\\n');for(let i=0;i<102400;i+=1)process.stdout.write(line);process.stdout.write('last\\n')`;
    const told = await run(`node -e "${program.replaceAll('\\n', '\\\\n')}"`, 50);
    assert.match(told, /exit code: 0/);
    assert.match(told, /first\n/);
    assert.match(told, /\nlast\n/);
    assert.match(told, /left out|omitted/i);
    assert.ok(told.length < 100_000, `${told.length} characters`);
  });

  it('end with all their children when their time is over', async () => {
    const child = `setInterval(() => undefined, 1000)`;
    const program = `const c=require('child_process').spawn(process.execPath,['-e','${child}']);console.log('pids',process.pid,c.pid);setInterval(()=>undefined,1000)`;
    const told = await run(`node -e "${program}"`, 2);
    const [, parent, below] = /pids (\d+) (\d+)/.exec(told) ?? assert.fail(told);
    assert.match(told, /2 s/);
    for (const pid of [Number(parent), Number(below)]) await until(async () => !(await isAlive(pid)));
  });
});
