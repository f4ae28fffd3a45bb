import { runTypeScript } from './loadTypeScript.mjs';

await runTypeScript('./start.ts');
process.exit();
