// What an endpoint does not take. Learned from its refusals, once, and kept as long as the window lives.
import type { StreamPart } from '../../core/model/chatModel';

/**
 * One thing to do differently. `max_tokens_name`: the other of the two spellings; `content`: "" instead of null beside tool calls;
 * `echo`: unknown fields are not sent back; `json_schema` then `response_format`: structured output is asked for less strictly, then not at all.
 */
export type Quirk =
  | 'stream_options'
  | 'stream'
  | 'tool_choice'
  | 'tools'
  | 'temperature'
  | 'max_tokens_name'
  | 'max_tokens'
  | 'json_schema'
  | 'response_format'
  | 'images'
  | 'content'
  | 'echo'
  | 'system';

type Notice = Extract<StreamPart, { type: 'notice' }>;

interface QuirkSign {
  quirk: Quirk;
  /** What a refusal that means it says. */
  says: RegExp;
  /** Unless it also says this: then it is about something else. */
  unless?: RegExp;
}

// Only what says that tools as such are not taken: an invalid schema or history must not cost an agent its tools.
const NO_TOOLS = new RegExp(
  [
    String.raw`\b(tools?|functions?|function[ _-]?call(s|ing)?)\b.{0,60}(not (be )?(supported|allowed|enabled|permitted|available)|unsupported|unrecognized|unknown|unexpected)`,
    String.raw`(n't|not|un-?)\s?support\w*.{0,40}\b(tools?|functions?|function[ _-]?call\w*)\b`,
    String.raw`(unrecognized|unknown|unexpected|unsupported|extra)\b.{0,60}\b(tools|functions)\b`,
    String.raw`support tool use|tools param requires|tool choice requires|^tools$`,
  ].join('|'),
  'i',
);

// In this order: the first that the request uses, that is not known yet and that the refusal speaks of.
const SIGNS: readonly QuirkSign[] = [
  { quirk: 'stream_options', says: /stream_options|include_usage/i },
  { quirk: 'tool_choice', says: /tool[_ ]choice/i },
  { quirk: 'max_tokens_name', says: /max_(completion_)?tokens/i },
  { quirk: 'max_tokens', says: /max_(completion_)?tokens/i },
  { quirk: 'temperature', says: /temperature/i },
  { quirk: 'json_schema', says: /json_schema|response_?format|structured output/i },
  { quirk: 'response_format', says: /response_?format|json_object|json mode/i },
  {
    quirk: 'images',
    says: /image|vision|multi-?modal|content (part|type)|content.{0,40}(must be|expected).{0,20}str/i,
  },
  {
    quirk: 'echo',
    says: /reasoning|thought|signature|extra (inputs|fields)|additional propert|unknown (field|parameter|name)/i,
  },
  { quirk: 'tools', says: NO_TOOLS },
  { quirk: 'system', says: /system (role|message|instruction|prompt)|developer instruction|roles? must alternate/i },
  { quirk: 'content', says: /content.{0,60}(null|none|empty|required|string|missing)|(null|none).{0,40}content/i },
  { quirk: 'stream', says: /\bstream(ing)?\b/i },
];

/** A refusal that names nothing: the parameters that change no answer are the first to go. */
const HARMLESS: readonly Quirk[] = ['stream_options', 'echo'];
const SAYS_NOTHING =
  /^(\d{3} )?(status code \(no body\)|bad request|invalid request( error)?|unprocessable entity|validation error|extra (inputs|fields)[^"]*)?\.?$/i;

/**
 * The quirk that a refused request (400, 404, 422, 501 …) shows, among those that the request `uses` and nobody knew of;
 * undefined if it was refused for another reason.
 */
export function quirkShownBy(
  refusal: { param?: string | undefined; message: string },
  uses: ReadonlySet<Quirk>,
  known: ReadonlySet<Quirk>,
): Quirk | undefined {
  const open = SIGNS.filter(({ quirk }) => uses.has(quirk) && !known.has(quirk));
  for (const text of [refusal.param ?? '', refusal.message]) {
    const shown = open.find(({ says, unless }) => says.test(text) && !unless?.test(refusal.message));
    if (shown) return shown.quirk;
  }
  return SAYS_NOTHING.test(refusal.message.trim())
    ? HARMLESS.find((quirk) => uses.has(quirk) && !known.has(quirk))
    : undefined;
}

/** What a person should know of a quirk when it is learned; undefined where it changes nothing for them. */
export function noticeOf(quirk: Quirk): Notice | undefined {
  const dropped = (detail: string): Notice => ({ type: 'notice', code: 'parameter_dropped', detail });
  switch (quirk) {
    case 'tools':
      return {
        type: 'notice',
        code: 'tools_dropped',
        detail: 'The endpoint rejected tools; the request was sent without them, so the model can only answer in text.',
      };
    case 'images':
      return { type: 'notice', code: 'images_dropped', detail: 'The model takes no images; they were left out.' };
    case 'stream':
      return {
        type: 'notice',
        code: 'not_streamed',
        detail: 'The endpoint does not stream; the answer came as a whole.',
      };
    case 'temperature':
      return dropped('The model rejected `temperature`; its default is used.');
    case 'max_tokens':
      return dropped('The endpoint rejected the output limit; its own applies.');
    case 'json_schema':
    case 'response_format':
      return dropped('The endpoint rejected `response_format`; the format is only asked for in the prompt.');
    case 'tool_choice':
      return dropped('The endpoint rejected `tool_choice`; the model may answer without a tool.');
    case 'stream_options':
      return dropped('The endpoint rejected `stream_options`; it may report no token counts.');
    case 'max_tokens_name':
    case 'content':
    case 'echo':
    case 'system':
      return undefined;
  }
}
