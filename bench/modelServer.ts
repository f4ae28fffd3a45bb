// A loopback server in a process of its own. It decides by the last message of a request, so that every round is the same.
import { createServer } from 'node:http';

interface Body {
  messages: { role: string; content?: unknown }[];
  tools?: { function: { name: string } }[];
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [], usage: { prompt_tokens: 900, completion_tokens: 12, total_tokens: 912 } })}\n\ndata: [DONE]\n\n`;
const call = (name: string, input: object) =>
  chunk({
    role: 'assistant',
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }],
  }) +
  chunk({ tool_calls: [{ index: 0, function: { arguments: JSON.stringify(input) } }] }) +
  chunk({}, 'tool_calls') +
  usage;
const answer =
  ['The ', 'answer ', 'is ', '42.'].map((content) => chunk({ role: 'assistant', content })).join('') +
  chunk({}, 'stop') +
  usage;

const WORKERS = 20;
const WORK_MS = 50;
const tasks = Array.from({ length: WORKERS }, (_, index) => ({
  id: `t${index}`,
  agent: 'dev',
  title: `Task ${index}`,
  description: `BENCH-WORK ${index}`,
}));

function isWork(body: Body): boolean {
  const request = body.messages.findLast((message) => message.role === 'user');
  return JSON.stringify(request?.content ?? '').includes('BENCH-WORK');
}

function replyTo(body: Body): string {
  const last = body.messages.at(-1);
  if (body.tools?.some((tool) => tool.function.name === 'submit_plan')) return call('submit_plan', { tasks });
  if (last?.role === 'tool') return answer;
  const request = body.messages.findLast((message) => message.role === 'user');
  const says = (word: string) => JSON.stringify(request?.content ?? '').includes(word);
  if (says('BENCH-TOOL')) return call('look_up', { key: 'answer' });
  const isDev = body.tools?.some((tool) => tool.function.name === 'transfer_to_qa') ?? false;
  return says('BENCH-HANDOFF') && isDev
    ? call('transfer_to_qa', { reason: 'asks for a check', context: 'full' })
    : answer;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as Body;
    const answerNow = () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(replyTo(body));
    };
    if (isWork(body)) setTimeout(answerNow, WORK_MS);
    else answerNow();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('disconnect', () => process.exit(0));
