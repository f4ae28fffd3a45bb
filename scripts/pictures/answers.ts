// What the scripted model says in the README's pictures.
import type { ServerRule } from '../../test/support/scriptedModelServer/script';

const SAFE = `\`divide\` has **no guard for \`b = 0\`**: the result is \`Infinity\` or \`NaN\`, and nobody notices. Two callers can get there:

- \`average([])\` in \`src/math.ts:12-14\`
- \`split(amount, 0)\` in \`src/math.ts:22-26\`

Decide what it is, and say so:

\`\`\`ts
if (b === 0) throw new RangeError('b is 0');
\`\`\`
`;

/** The router picks qa, which runs two tools and answers; `eventDelayMs` makes it stream at a pace that can be read. */
export const isThisSafe = (eventDelayMs = 0): ServerRule[] => [
  {
    when: { hasTool: 'transfer_to_supervisor' },
    reply: {
      toolCalls: [{ name: 'transfer_to_qa', arguments: { reason: 'asks whether the code is safe' } }],
      usage: { prompt_tokens: 812, completion_tokens: 24 },
    },
  },
  {
    when: { lastRole: 'user' },
    reply: {
      reasoning: 'The selection is divide(). What can b be? Its callers tell.',
      toolCalls: [
        { name: 'static_analysis', arguments: { path: 'src/math.ts' } },
        { name: 'search_text', arguments: { query: 'divide(', include: 'src/**' } },
      ],
      usage: { prompt_tokens: 2210, completion_tokens: 96 },
    },
  },
  { reply: { text: SAFE, usage: { prompt_tokens: 3014, completion_tokens: 168 }, eventDelayMs } },
];

/** qa hands in two findings and two nits. */
export const review: ServerRule[] = [
  {
    when: { hasTool: 'report_findings' },
    reply: {
      toolCalls: [
        {
          name: 'report_findings',
          arguments: {
            findings: [
              {
                ...{ path: 'src/math.ts', startLine: 8, endLine: 8, severity: 'major', category: 'bug' },
                title: '`divide` has no guard for `b = 0`',
                why: 'The result is `Infinity` or `NaN`, and nobody notices: `average([])` and `split(amount, 0)` get there.',
                evidence: '  return a / b;',
                suggestion: {
                  oldText: '  return a / b;',
                  newText: "  if (b === 0) throw new RangeError('b is 0');\n  return a / b;",
                },
              },
              {
                ...{ path: 'src/math.ts', startLine: 18, endLine: 18, severity: 'minor', category: 'docs' },
                title: 'The comment promises cents, the code rounds to whole numbers',
                why: 'A caller that passes euros gets whole euros back.',
                evidence: 'return Math.sign(amount) * Math.round(Math.abs(amount));',
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 2480, completion_tokens: 310 },
    },
  },
  { reply: { text: 'One bug that callers reach, and one misleading comment.' } },
];

const PLAN = [
  { id: 'find', agent: 'researcher', title: 'Find where amounts come in', dependencies: [] },
  { id: 'guard', agent: 'dev', title: 'Refuse amounts that make no sense', dependencies: ['find'] },
  { id: 'tests', agent: 'qa', title: 'Test the limits', dependencies: ['guard'] },
  { id: 'docs', agent: 'writer', title: 'Tell callers what is refused', dependencies: ['guard'] },
];

/** A goal of four tasks; what the last two do is held by the gate `work`. */
export const goal: ServerRule[] = [
  {
    when: { hasTool: 'submit_plan' },
    reply: {
      toolCalls: [
        { name: 'submit_plan', arguments: { tasks: PLAN.map((task) => ({ ...task, description: task.title })) } },
      ],
      usage: { prompt_tokens: 1840, completion_tokens: 220 },
    },
  },
  {
    when: { lastUser: 'Find where amounts come in', lastRole: 'user' },
    reply: { toolCalls: [{ name: 'search_text', arguments: { query: 'Cents', include: 'src/**' } }] },
  },
  {
    when: { lastUser: 'Refuse amounts', lastRole: 'user' },
    reply: {
      toolCalls: [
        {
          name: 'edit_file',
          arguments: {
            path: 'src/math.ts',
            edits: [
              {
                oldText: '  return a / b;',
                newText: "  if (b === 0) throw new RangeError('b is 0');\n  return a / b;",
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 2640, completion_tokens: 130 },
    },
  },
  { when: { lastUser: 'Test the limits' }, reply: { text: 'The limits hold.', gate: 'work' } },
  { when: { lastUser: 'Tell callers' }, reply: { text: 'Documented.', gate: 'work' } },
  {
    times: 'always',
    reply: { text: 'Amounts come in at `split`, `roundCents` and `receipt`; `divide` refuses 0 now.' },
  },
];
