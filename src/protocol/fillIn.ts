/** Fills `{0}`, `{1}`, … of a text. */
export function fillIn(text: string, values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
}
