import { runTypeScript } from './loadTypeScript.mjs';

await runTypeScript('./test/main.ts');
