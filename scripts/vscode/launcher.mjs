import { runTypeScript } from '../loadTypeScript.mjs';

await runTypeScript('./vscode/launcher.ts');
// A handle that some library left open must not keep a finished test run alive.
process.exit();
