import { runTypeScript } from './loadTypeScript.mjs';

await runTypeScript('./screenshots.ts');
process.exit();
