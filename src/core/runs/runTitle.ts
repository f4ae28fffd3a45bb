// What a run is called in lists.
const MAX_TITLE_LENGTH = 80;

/** How a request says that it is a goal, which the run's kind tells already; what else begins with a slash is told by its word. */
const COMMAND = /^\/(?:goal\s+(?=\S)|(?=review(?:\s|$)))/i;

/** The first line of a request, cut at a word where it is long. */
export function titleOf(request: string): string {
  const line = request.trim().replace(COMMAND, '').split('\n', 1)[0]?.trim() ?? '';
  if (line.length <= MAX_TITLE_LENGTH) return line;
  const cut = line.slice(0, MAX_TITLE_LENGTH - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > MAX_TITLE_LENGTH / 2 ? cut.slice(0, space) : cut}…`;
}
