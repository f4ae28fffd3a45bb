// Traces as the team records them: a goal with three tasks, an ask that failed, and any number of spans.
import { storedSpan, TRACE_START, type SpanDraft } from './inMemoryTraces';
import type { StoredSpan } from '../../src/core/telemetry/storedSpan';

const chat = (tokensIn: number, tokensOut: number, cost?: number) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': tokensIn,
  'gen_ai.usage.output_tokens': tokensOut,
  ...(cost !== undefined && { 'agent_team.cost.usd': cost }),
});
const tool = (name: string, input: unknown, output = 'ok') => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': name,
  'gen_ai.tool.call.arguments': JSON.stringify(input),
  'gen_ai.tool.call.result': output,
});
const messages = (...parts: [role: string, text: string][]) =>
  JSON.stringify(parts.map(([role, content]) => ({ role, parts: [{ type: 'text', content }] })));

const GOAL: SpanDraft[] = [
  {
    id: 'root',
    name: 'invoke_workflow goal',
    start: 0,
    end: 74_000,
    attributes: { 'agent_team.goal': 'Add input validation to the API' },
  },
  { id: 'plan', parent: 'root', name: 'plan supervisor', agent: 'supervisor', start: 40, end: 4200 },
  { id: 'plan-chat', parent: 'plan', name: 'chat gpt-4o', start: 60, end: 4150, attributes: chat(2104, 388, 0.0091) },
  {
    id: 'explore',
    parent: 'root',
    name: 'task explore',
    start: 4200,
    end: 18_000,
    attributes: { 'agent_team.task.id': 'explore' },
  },
  {
    id: 'explore-agent',
    parent: 'explore',
    name: 'invoke_agent researcher',
    agent: 'researcher',
    start: 4210,
    end: 17_990,
    attributes: { 'agent_team.prompt.version': '3f2a90b1c4d7' },
  },
  {
    id: 'explore-1',
    parent: 'explore-agent',
    name: 'chat gpt-4o',
    start: 4220,
    end: 7100,
    attributes: chat(1204, 96, 0.004),
  },
  {
    id: 'explore-2',
    parent: 'explore-agent',
    name: 'execute_tool search_text',
    start: 7110,
    end: 7240,
    attributes: tool(
      'search_text',
      { query: 'router.post(', include: 'src/**' },
      "src/api.ts:41: router.post('/books'",
    ),
  },
  {
    id: 'explore-3',
    parent: 'explore-agent',
    name: 'execute_tool read_file',
    start: 7110,
    end: 7190,
    attributes: tool(
      'read_file',
      { path: 'src/api.ts', startLine: 30, endLine: 90 },
      'export function createApi(): Router {\n  …',
    ),
  },
  {
    id: 'explore-4',
    parent: 'explore-agent',
    name: 'chat gpt-4o',
    start: 7250,
    end: 17_980,
    attributes: {
      ...chat(3890, 512, 0.0149),
      'gen_ai.input.messages': messages(
        ['system', 'You are researcher. Explore the code and report.'],
        ['user', 'Find all endpoints that take a body.'],
      ),
      'gen_ai.output.messages': messages([
        'assistant',
        'There are **three** endpoints that take a body:\n1. POST /books\n2. PUT /books/:id\n3. POST /orders',
      ]),
    },
  },
  {
    id: 'implement',
    parent: 'root',
    name: 'task implement',
    start: 18_000,
    end: 60_000,
    attributes: { 'agent_team.task.id': 'implement' },
  },
  {
    id: 'dev',
    parent: 'implement',
    name: 'invoke_agent dev',
    agent: 'dev',
    start: 18_010,
    end: 59_990,
    attributes: { 'agent_team.prompt.version': '91ab23cd45ef' },
  },
  { id: 'dev-1', parent: 'dev', name: 'chat gpt-4o', start: 18_020, end: 23_000, attributes: chat(4200, 640, 0.0169) },
  { id: 'dev-wait', parent: 'dev', name: 'wait rate_limit', start: 23_000, end: 29_000 },
  { id: 'dev-2', parent: 'dev', name: 'chat gpt-4o', start: 29_000, end: 36_000, attributes: chat(5100, 820, 0.021) },
  {
    id: 'dev-edit',
    parent: 'dev',
    name: 'execute_tool edit_file',
    start: 36_010,
    end: 36_300,
    attributes: tool('edit_file', { path: 'src/api.ts', edits: [{ oldText: 'a', newText: 'b' }] }),
  },
  { id: 'dev-ask', parent: 'dev', name: 'approval run_command', start: 36_310, end: 51_000 },
  {
    id: 'dev-test',
    parent: 'dev',
    name: 'execute_tool run_command',
    start: 51_010,
    end: 56_400,
    status: 'error',
    statusMessage: 'exit code: 1',
    attributes: tool('run_command', { command: 'npm test' }, 'exit code: 1\n1 failing'),
  },
  { id: 'dev-3', parent: 'dev', name: 'chat gpt-4o', start: 56_410, end: 59_980, attributes: chat(6100, 210, 0.0174) },
  {
    id: 'docs',
    parent: 'root',
    name: 'task docs',
    start: 18_000,
    end: 31_000,
    attributes: { 'agent_team.task.id': 'docs' },
  },
  { id: 'writer', parent: 'docs', name: 'invoke_agent writer', agent: 'writer', start: 18_010, end: 30_990 },
  {
    id: 'writer-1',
    parent: 'writer',
    name: 'chat gpt-4o',
    start: 18_020,
    end: 30_900,
    attributes: chat(2100, 930, 0.0145),
  },
  {
    id: 'review',
    parent: 'root',
    name: 'task review',
    start: 60_000,
    end: 70_000,
    attributes: { 'agent_team.task.id': 'review' },
  },
  { id: 'qa', parent: 'review', name: 'invoke_agent qa', agent: 'qa', start: 60_010, end: 69_990 },
  {
    id: 'qa-1',
    parent: 'qa',
    name: 'execute_tool security_scan',
    start: 60_020,
    end: 60_400,
    attributes: tool('security_scan', { path: 'src/api.ts' }, '1 finding'),
  },
  { id: 'qa-2', parent: 'qa', name: 'chat gpt-4o', start: 60_410, end: 69_900, attributes: chat(3300, 410, 0.0123) },
  { id: 'synthesize', parent: 'root', name: 'synthesize', agent: 'supervisor', start: 70_000, end: 73_990 },
  {
    id: 'synthesize-chat',
    parent: 'synthesize',
    name: 'chat gpt-4o',
    start: 70_010,
    end: 73_980,
    attributes: chat(2900, 320, 0.0105),
  },
];

export function goalTrace(traceId: string): StoredSpan[] {
  return GOAL.map((draft) => storedSpan(traceId, draft));
}

/** `count` spans in agents of fifty, nested three deep. */
export function largeTrace(traceId: string, count: number): StoredSpan[] {
  const agents = ['dev', 'qa', 'writer', 'researcher', 'supervisor'];
  const tools = ['read_file', 'edit_file', 'search_text', 'run_tests', 'find_symbols'];
  const step = 40;
  const spans = [storedSpan(traceId, { id: 'root', name: 'invoke_workflow goal', start: 0, end: count * step })];
  for (let index = 1; index < count; index += 1) {
    const inAgent = (index - 1) % 50;
    const agentIndex = Math.floor((index - 1) / 50);
    const start = index * step;
    if (inAgent === 0) {
      spans.push(
        storedSpan(traceId, {
          id: `a${agentIndex}`,
          parent: 'root',
          name: `invoke_agent ${agents[agentIndex % 5] ?? ''}`,
          agent: agents[agentIndex % 5] ?? '',
          start,
          end: start + 50 * step,
        }),
      );
      continue;
    }
    const isChat = inAgent % 7 === 1;
    const name = tools[index % 5] ?? '';
    spans.push(
      storedSpan(traceId, {
        id: `s${index}`,
        parent: `a${agentIndex}`,
        name: isChat ? 'chat gpt-4o' : `execute_tool ${name}`,
        start,
        end: start + step - (index % 17),
        status: index % 997 === 0 ? 'error' : 'ok',
        attributes: isChat
          ? chat(900 + (index % 300), 80, 0.003)
          : { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name },
      }),
    );
  }
  return spans;
}

export { TRACE_START };
