// Which languages somebody serves, by what the manifests of extensions say. Pure, so that it runs without VS Code.

/** True where an extension is activated by files of this language: then it may have something to say about them. */
export function isServed(languageId: string, manifests: Iterable<unknown>): boolean {
  for (const manifest of manifests) {
    const events = (manifest as { activationEvents?: unknown } | undefined)?.activationEvents;
    if (Array.isArray(events) && events.includes(`onLanguage:${languageId}`)) return true;
  }
  return false;
}
