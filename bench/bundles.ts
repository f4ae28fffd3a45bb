// What of the build is loaded when: the stub, what the first real activation loads, and what waits for its first use.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface BundleSizes {
  stubBytes: number;
  /** main.js with everything that it loads at once. */
  activationBytes: number;
  activationFiles: string[];
  /** The engine, the API and the tools, without what is loaded by then. */
  teamBytes: number;
  chatPageBytes: number;
}

const REQUIRE = /(\.then\(\(\)\s*=>\s*[\w$.]*\(?)?require\("(\.[^"]+)"\)/g;

/** Files that loading `file` loads at once, itself included; `import()` has become a `require` inside of `then`. */
export function loadedAtOnce(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, isLate, request] of readFileSync(file, 'utf8').matchAll(REQUIRE)) {
    if (isLate === undefined && request !== undefined) loadedAtOnce(join(dirname(file), request), known);
  }
  return known;
}

export function bundleSizes(dist: string): BundleSizes {
  const activation = loadedAtOnce(join(dist, 'main.js'));
  const team = [...loadedAtOnce(join(dist, 'team.js'))].filter((file) => !activation.has(file));
  return {
    stubBytes: statSync(join(dist, 'extension.js')).size,
    activationBytes: bytesOf(activation),
    activationFiles: [...activation],
    teamBytes: bytesOf(team),
    chatPageBytes: statSync(join(dist, 'webview', 'chat.js')).size,
  };
}

function bytesOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + statSync(file).size, 0);
}
