import assert from 'node:assert/strict';
import { TreeSitterParser } from '../../../../../src/adapters/treeSitter/treeSitterParser';
import { createDocumentationRule, isDocumentation } from '../../../../../src/core/tools/writing/documentationOnly';
import { at } from '../../../../support/inMemoryWorkspace';
import { loadWasm, machineClock } from '../../../../support/sourceAnalysis';

const rule = createDocumentationRule(new TreeSitterParser({ loadWasm, clock: machineClock }));
const { signal } = new AbortController();

async function faultOf(path: string, before: string, after: string): Promise<string | undefined> {
  const change = { kind: 'modify', location: at(path), text: after } as const;
  const fault = await rule.findFault(change, before, signal);
  if (fault) assert.equal(fault.reason, 'edit.documentation_only');
  return fault?.message;
}

describe('edits of an agent that writes documentation', () => {
  for (const path of ['README.md', 'docs/a.rst', 'guide.adoc', 'notes.txt', 'CHANGELOG', 'LICENSE', 'sub/README']) {
    it(`may do what they want to ${path}`, async () => {
      assert.equal(isDocumentation(path), true);
      const create = { kind: 'create', location: at(path), text: 'x' } as const;
      assert.equal(await rule.findFault(create, undefined, signal), undefined);
    });
  }

  for (const path of [
    'requirements.txt',
    'requirements-dev.txt',
    'CMakeLists.txt',
    '.github/agents/dev.agent.md',
    'a.mdx',
    'readme.ts',
    'package.json',
  ]) {
    it(`do not take ${path} for documentation`, () => assert.equal(isDocumentation(path), false));
  }

  it('may not create, delete or rename code, nor turn code into a document', async () => {
    const changes = [
      { kind: 'create', location: at('a.ts'), text: '// x' },
      { kind: 'delete', location: at('a.ts') },
      { kind: 'rename', from: at('a.ts'), location: at('b.ts') },
      { kind: 'rename', from: at('a.ts'), location: at('a.md') },
    ] as const;
    for (const change of changes) {
      assert.equal((await rule.findFault(change, 'let a;', signal))?.reason, 'edit.documentation_only');
    }
  });

  const allowed: [string, string, string, string][] = [
    ['a new doc comment', 'a.ts', 'export const a = 1;\n', '/** The first. */\nexport const a = 1;\n'],
    ['a changed comment', 'a.js', 'f(1); // old\n', 'f(1); // new, `with` "marks"\n'],
    ['a removed comment', 'a.tsx', 'const a = <b>{/* x */}c</b>;\n', 'const a = <b>{/* y */}c</b>;\n'],
    ['a comment inside an expression', 'a.ts', 'const a = f(1, 2);\n', 'const a = f(/* x */ 1, /* y */ 2);\n'],
    ['a Python comment', 'a.py', 'def f():\n    return 1\n', 'def f():\n    # why\n    return 1\n'],
    ['a Python docstring', 'a.py', 'def f():\n    return 1\n', 'def f():\n    """Gives one."""\n    return 1\n'],
    ['a changed module docstring', 'a.py', '"""Old."""\nx = 1\n', '"""New."""\nx = 1\n'],
  ];
  for (const [name, path, before, after] of allowed) {
    it(`may make ${name}`, async () => assert.equal(await faultOf(path, before, after), undefined));
  }

  const refused: [string, string, string, string][] = [
    ['change a number', 'a.ts', 'const a = 1;\n', 'const a = 2;\n'],
    ['change a string that looks like a comment', 'a.ts', "const a = '// x';\n", "const a = '// y';\n"],
    ['change white space in a template', 'a.ts', 'const a = `x y`;\n', 'const a = `x  y`;\n'],
    ['change white space in a string', 'a.py', 'a = "x y"\n', 'a = "x  y"\n'],
    ['comment code out', 'a.ts', 'f();\ng();\n', 'f();\n// g();\n'],
    ['comment code in', 'a.ts', 'f();\n// g();\n', 'f();\ng();\n'],
    ['end a comment early', 'a.ts', '/* a */\nf();\n', '/* a */ g(); /* b */\nf();\n'],
    ['break a line after return', 'a.js', 'function f() { return 1; }\n', 'function f() { return\n1; }\n'],
    ['move a Python line to another block', 'a.py', 'if x:\n    f()\n    g()\n', 'if x:\n    f()\ng()\n'],
    ['change a docstring that is no docstring', 'a.py', 'x = 1\n"""a"""\n', 'x = 1\n"""b"""\n'],
    ['run code in a docstring', 'a.py', 'def f():\n    """a"""\n', 'def f():\n    f"""{g()}"""\n'],
    ['add a directive', 'a.ts', 'f();\n', '// @ts-ignore\nf();\n'],
    ['silence a linter', 'a.py', 'f()\n', 'f()  # noqa\n'],
    ['change the first line of a script', 'a.js', '#!/usr/bin/env node\nf();\n', '#!/bin/sh\nf();\n'],
    ['leave a syntax error', 'a.ts', 'f();\n', '/* open\nf();\n'],
    ['touch a language without a grammar', 'a.go', '// a\n', '// b\n'],
  ];
  for (const [name, path, before, after] of refused) {
    it(`may not ${name}`, async () => assert.notEqual(await faultOf(path, before, after), undefined));
  }

  it('names the line that is code', async () => {
    assert.match((await faultOf('a.ts', '// a\nf();\n', '// b\n// c\ng();\n')) ?? '', /line 3 of "a\.ts"/);
  });
});
