// Where spans are sent, as the settings say it.
import { resolveHeaders } from '../headerValues';
import type { TeamSettings } from '../settings';

export interface OtlpTarget {
  url: string;
  headers: Record<string, string>;
  /** Whether what was said and what tools were given and gave may leave this machine; see `withoutContent`. */
  content: boolean;
  /** Variables that header values name and the environment does not have: nothing is sent without them. */
  missing: string[];
}

const TRACES_PATH = '/v1/traces';

/** Undefined where nothing is exported. */
export function otlpTarget(
  trace: TeamSettings['trace'],
  environment: (name: string) => string | undefined,
): OtlpTarget | undefined {
  if (trace.otlpEndpoint === '') return undefined;
  const url = new URL(trace.otlpEndpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(TRACES_PATH) ? path : `${path}${TRACES_PATH}`;
  return { url: url.href, ...resolveHeaders(trace.otlpHeaders, environment), content: trace.exportContent };
}
