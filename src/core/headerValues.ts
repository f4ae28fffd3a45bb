// Header values of the settings, with `${env:NAME}` replaced. Values are never shown: only names are.

/** Replaces `${env:NAME}`; `missing` names the variables that are not set. */
export function resolveHeaders(
  headers: Readonly<Record<string, string>>,
  environment: (name: string) => string | undefined,
): { headers: Record<string, string>; missing: string[] } {
  const resolved: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    resolved[name] = value.replace(/\$\{env:([^}]+)\}/g, (_, variable: string) => {
      const found = environment(variable.trim());
      if (found === undefined) missing.add(variable.trim());
      return found ?? '';
    });
  }
  return { headers: resolved, missing: [...missing] };
}
