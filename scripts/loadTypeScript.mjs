// Lets a plain `node scripts/x.mjs` run the TypeScript beside it.
import { register } from 'tsx/esm/api';

const neededMajor = 24;

/**
 * Imports a module of TypeScript, given relative to this folder, and awaits its exported `main(arguments)`; the result is the exit code.
 * @param {string} module
 */
export async function runTypeScript(module) {
  if (Number.parseInt(process.versions.node, 10) < neededMajor) {
    console.error(
      `This needs Node ${neededMajor}, which comes with the project's dependencies: start it by npm (npm test, npm start).`,
    );
    process.exit(1);
  }
  register();
  const { main } = await import(new URL(module, import.meta.url).href);
  process.exitCode = await main(process.argv.slice(2));
}
