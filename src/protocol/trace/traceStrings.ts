// Every text of the page around its tabs, in English. Each tab has a table of its own.

export const TRACE_STRINGS = {
  page: 'Events and traces',
  tabs: 'Views',
  run: 'Run',
  noRuns: 'No runs yet',
  askTeam: 'Ask the team',
  live: 'live',
  running: 'running',
  imported: 'imported',
  errorsCount: '{0} errors',
  oneError: '1 error',
} as const;

export type TraceStringKey = keyof typeof TRACE_STRINGS;
