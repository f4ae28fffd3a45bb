import { runTypeScript } from './loadTypeScript.mjs';

await runTypeScript('./sample.ts');
