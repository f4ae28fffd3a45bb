// What a person asks for in the filter of events: topic patterns, agents, and words, all of which must hold.
import { topicMatcher } from './topicFilter';

/** For `origin`: what this window published, or what the others of its team did. */
export const THIS_WINDOW = 'this';
export const OTHER_WINDOWS = 'others';

export interface EventFilter {
  /** Tests of topics: all hold. */
  topics: ((topic: string) => boolean)[];
  agent: string | undefined;
  /** Which window published it: `THIS_WINDOW`, `OTHER_WINDOWS`, or the origin of one; undefined for all. */
  origin: string | undefined;
  /** In lower case: each stands somewhere in the row. */
  words: string[];
}

/**
 * `tool.** agent:qa math.ts`: what has a `*` is a pattern of topics, what begins with `agent:` names an agent, anything else is
 * found in the row's text, its topic included. In double quotes, a text may have spaces.
 */
export function parseEventFilter(text: string, agent?: string, origin?: string): EventFilter {
  const filter: EventFilter = { topics: [], agent, origin, words: [] };
  for (const [, quoted, plain = ''] of text.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (quoted !== undefined) filter.words.push(quoted.toLowerCase());
    else if (plain.startsWith('agent:')) filter.agent = plain.slice(6) || filter.agent;
    else {
      const topic = plain.startsWith('topic:') ? plain.slice(6) : plain;
      const matches = topic.includes('*') || plain !== topic ? topicMatcher(topic) : undefined;
      if (matches) filter.topics.push(matches);
      else if (plain !== 'topic:') filter.words.push(plain.toLowerCase());
    }
  }
  filter.words = filter.words.filter((word) => word !== '');
  return filter;
}
