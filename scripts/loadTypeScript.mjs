// Lets a plain `node scripts/x.mjs` run the TypeScript beside it.
import { register } from 'tsx/esm/api';

/**
 * Imports a module of TypeScript, given relative to this folder, and awaits its exported `main(arguments)`; the result is the exit code.
 * @param {string} module
 */
export async function runTypeScript(module) {
  register();
  const { main } = await import(new URL(module, import.meta.url).href);
  process.exitCode = await main(process.argv.slice(2));
}
