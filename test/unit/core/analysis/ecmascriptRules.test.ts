import assert from 'node:assert/strict';
import { ecmascriptRules } from '../../../../src/core/analysis/ecmascript/rules';
import { findingsIn } from '../../../support/sourceAnalysis';

interface Cases {
  /** For syntax that JavaScript does not have. */
  isTypeScript?: true;
  finds: string[];
  leaves: string[];
}

const longFunction = (branches: number): string =>
  `function f(a) {\n${Array.from({ length: branches }, (_, i) => `  if (a === ${i}) return ${i};`).join('\n')}\n}`;

/** What each rule must find, once each, and what it must leave alone. */
const TABLE: Record<string, Cases> = {
  'loop-bound': {
    finds: [
      'for (let i = 0; i <= items.length; i++) { use(items[i]); }',
      'for (let i = 0; this.rows.length >= i; i += 1) { use(this.rows[i].name); }',
      'let i = 0; while (i <= list.length) { total += list[i]; i++; }',
      'for (let i = list.length; i >= 0; i--) { use(list[i]); }',
    ],
    leaves: [
      'for (let i = 0; i < items.length; i++) { use(items[i]); }',
      'for (let i = 1; i <= items.length; i++) { use(items[i - 1]); }',
      'for (let i = 0; i <= items.length; i++) { use(items.slice(0, i)); }',
      'for (let i = 0; i <= items.length; i++) { if (i === items.length) break; use(items[i]); }',
      'for (let i = 0; i <= a.length; i++) { row[i] = i; }',
      'for (let i = 0; i <= a.length; i++) { use(a[i] ?? fallback); }',
      'for (let i = list.length - 1; i >= 0; i--) { use(list[i]); }',
      'for (let i = 0; i <= n; i++) { use(items[i]); }',
    ],
  },
  'asserted-find': {
    isTypeScript: true,
    finds: [
      'function f(a: A[]) { return a.find((x) => x.ok)!.count; }',
      'const f = (a: A[]) => { const item = a.find((x) => x.ok); return item!.count / a.length; };',
      'function f(a: A[]) { const item = a.find((x) => x.ok)!; return item!.count; }',
      'class S { get(id: string) { const item = (this.items.findLast((x) => x.id === id)); log(id); return item!; } }',
    ],
    leaves: [
      'function f(a: A[]) { const item = a.find((x) => x.ok); if (!item) throw new Error(id); return item!.count; }',
      'function f(a: A[]) { const item = a.find((x) => x.ok); assert(item); return item!.count; }',
      'function f(a: A[]) { const item = a.find((x) => x.ok) ?? a[0]; return item!.count; }',
      'function f(a: A[]) { const item = a.filter((x) => x.ok)[0]; return item!.count; }',
      'function f(a: A[]) { const item = a.find((x) => x.ok); invariant({ item }); return item!.count; }',
      'function f(item: A) { each(() => { const item = a.find((x) => x.ok); log(a); }); return item!.count; }',
      'function f(a: A[], item?: A) { if (b) { const item = a.find((x) => x.ok); } return item!.count; }',
      'function f(item?: A) { return item!.count; }',
      'function f(m: Map<string, A>) { return m.get("a")!.count; }',
    ],
  },
  'loose-equality': {
    finds: ['if (a == b) go();', 'const same = id != other.id;', "if (typeof a == 'string') go();", 'x = y == 0;'],
    leaves: [
      'if (a === b) go();',
      'if (a == null) go();',
      'if (undefined != a) go();',
      'if ((null) == a) go();',
      'if (a == void 0) go();',
    ],
  },
  'sql-injection': {
    finds: [
      'db.all("SELECT * FROM orders WHERE customer = \'" + customer + "\'");',
      'await pool.query(`select * from users where id = ${req.params.id}`);',
      "const sql = `DELETE FROM sessions WHERE user = '${user}'`;",
      'connection.execute(`UPDATE users SET name = "${name}" WHERE id = 1`);',
      'prisma.$queryRawUnsafe(`SELECT id FROM t WHERE a = ${a}`);',
    ],
    leaves: [
      "db.all('SELECT * FROM orders WHERE customer = ?', [customer]);",
      'await sql`select * from users where id = ${id}`;',
      'await prisma.$queryRaw`SELECT * FROM users WHERE id = ${id}`;',
      'db.all(`SELECT * FROM ${TABLE} WHERE id = ?`, [id]);',
      'db.all(`SELECT * FROM t WHERE id IN (${placeholders})`, ids);',
      "db.all(`SELECT * FROM t WHERE id IN (${ids.map(() => '?').join(',')})`, ids);",
      'console.log(`SELECT from ${menu}`);',
      'const hint = `select one from ${count} entries`;',
      'throw new Error(`DELETE FROM ${table} failed`);',
      'db.run(`SELECT * FROM t WHERE a = ${mysql.escape(a)}`);',
      'const text = `Update your ${plan} set-up`;',
      "db.run('SELECT a ' + 'FROM b');",
    ],
  },
  'shell-injection': {
    finds: [
      "import { exec } from 'node:child_process'; exec(`tar -czf ${name} .`);",
      "const { execSync } = require('child_process'); execSync('rm -rf ' + folder);",
      "import * as cp from 'child_process'; cp.exec('ls ' + req.query.dir);",
      "import { exec } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run = promisify(exec);\nrun(`tar ${file}`);",
      "import { exec } from 'child_process'; function f(a) { const command = `git log ${a}`; exec(command); }",
      "import { spawn } from 'child_process'; spawn(`convert ${file}`, [], { shell: true });",
      "import { exec as sh } from 'child_process'; sh(req.body.command);",
    ],
    leaves: [
      "import { exec } from 'node:child_process'; exec('git status');",
      "import { execFile } from 'node:child_process'; execFile('git', ['log', name]);",
      "import { spawn } from 'child_process'; spawn(`${dir}/bin/tool`, [name]);",
      "import { spawn } from 'child_process'; spawn(`${dir}/tool`, [], { shell: false });",
      'const match = /a(.)/.exec(`x ${text}`);',
      "import { exec } from 'child_process'; pattern.exec(`x ${text}`);",
      "import { exec } from 'child_process'; exec(`node ${SCRIPT}`);",
      "import { exec } from './database'; exec(`x ${y}`);",
    ],
  },
  'code-evaluation': {
    finds: [
      'eval(promotion.rule);',
      'const f = new Function("a", body);',
      'window.eval(`${code}`);',
      'setTimeout("tick()", 10);',
      'Function(code)();',
    ],
    leaves: [
      'eval("1 + 1");',
      'setTimeout(() => tick(), 10);',
      'setTimeout(tick, 10);',
      'interpreter.eval(node);',
      'new Function("return this")();',
      'model.setTimeout("10 s");',
      'function f(eval_) { eval_(x); }',
    ],
  },
  'unsafe-deserialisation': {
    finds: [
      "import { unserialize } from 'node-serialize'; unserialize(cookie);",
      "const serialize = require('node-serialize'); serialize.unserialize(req.cookies.profile);",
    ],
    leaves: [
      'JSON.parse(text);',
      "import { unserialize } from 'php-serialize'; unserialize(text);",
      "const serialize = require('node-serialize'); serialize.serialize(value);",
    ],
  },
  'weak-hash': {
    finds: [
      "export function hashPassword(password) { return createHash('md5').update(password).digest('hex'); }",
      "const resetToken = crypto.createHash('sha1').update(user.email).digest('hex');",
      'const stored = md5(password);',
    ],
    leaves: [
      "const etag = createHash('md5').update(body).digest('hex');",
      "function fileChecksum(path) { return createHash('sha1').update(read(path)).digest('hex'); }",
      "const hash = createHash('sha256').update(password).digest();",
      "const key = createHash('md5').update(url).digest('hex');",
      "const cacheKey = createHash('sha1').update(sessionId).digest('hex');",
    ],
  },
  'tls-disabled': {
    finds: [
      'new https.Agent({ rejectUnauthorized: false });',
      "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';",
      'process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = 0;',
      'request({ strictSSL: false });',
    ],
    leaves: [
      'new https.Agent({ rejectUnauthorized: true });',
      "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1';",
      'const options = { rejectUnauthorized: settings.strict };',
    ],
  },
  'insecure-random': {
    finds: [
      'const resetToken = Math.random().toString(36).slice(2);',
      'function createSessionId() { return Math.random().toString(36); }',
      'user.password = Math.random().toString(36);',
    ],
    leaves: [
      'const jitter = Math.random() * 100;',
      'const maxTokens = Math.floor(Math.random() * 10);',
      'const token = crypto.randomUUID();',
    ],
  },
  'hard-coded-secret': {
    finds: [
      "const tillPassword = 'tr0ub4dor-Till-7c1f9e2b';",
      "const config = { apiKey: 'f3b9c2d8a1e64b07' };",
      "client.secret = 'kQ9vX2mL7pR4';",
    ],
    leaves: [
      'const password = process.env.PASSWORD;',
      "const passwordField = 'password-field-1';",
      "const apiKey = 'your-api-key-1234';",
      "const apiKey = '${API_KEY_1}';",
      "const secret = 'changeme123';",
      "const password = '';",
      "const accessToken = 'access_token';",
      "const labels = { password: 'Enter your password 2 times' };",
      "const apiKey = 'https://example.org/keys/1';",
    ],
  },
  'swallowed-error': {
    finds: ['try { save(order); } catch {}', 'try { save(order); } catch (error) {\n}', 'save(order).catch(() => {});'],
    leaves: [
      'try { save(); } catch { /* a missing file is fine */ }',
      'try { save(); } catch (error) { report(error); }',
      'try { fs.unlinkSync(path); } catch {}',
      'socket.close().catch(() => {});',
      'save().catch(() => { /* logged inside */ });',
      'save().catch(report);',
    ],
  },
  'assignment-in-condition': {
    finds: ['if (user.role = "admin") { allow(); }', 'while (done = true) { work(); }', 'if (a = b) c();'],
    leaves: [
      'if (a === b) c();',
      'if ((a = b)) c();',
      'while ((match = pattern.exec(text))) use(match);',
      'while (node = node.next()) use(node);',
      'if (item = find(1)) use(item);',
      'if (a == (b = c)) d();',
    ],
  },
  'unawaited-for-each': {
    finds: [
      'items.forEach(async (item) => { await save(item); });',
      'this.items.forEach(async function (x) { await y(x); });',
    ],
    leaves: [
      'items.forEach((item) => save(item));',
      'await Promise.all(items.map(async (item) => { await save(item); }));',
      'items.forEach(async (item) => { log(item); });',
    ],
  },
  'unguarded-division': {
    finds: [
      'export function divide(a, b) { return a / b; }',
      'export const share = (total, parts) => total / parts;',
      'export function mean(values) { return sum(values) / values.length; }',
      'function divide(a, b) { return a / b; }\nmodule.exports = { divide };',
      'function divide(a, b) { return a / b; }\nexport { divide };',
    ],
    leaves: [
      'function divide(a, b) { return a / b; }',
      "export function divide(a, b) { if (b === 0) throw new RangeError('b'); return a / b; }",
      'export function divide(a, b) { return b ? a / b : 0; }',
      'export function divide(a, b = 1) { return a / b; }',
      'export function half(a) { return a / 2; }',
      'export function rate(a, b) { return a / (b || 1); }',
      'export function mean(values) { if (!values.length) return 0; return sum(values) / values.length; }',
      'export function f(a, b) { assertPositive(b); return a / b; }',
      'export function f(a, b) { const c = Math.max(1, b); return a / c; }',
    ],
  },
  complexity: {
    finds: [longFunction(20)],
    leaves: [
      longFunction(19),
      `function f(a) { switch (a) { ${Array.from({ length: 40 }, (_, i) => `case ${i}: return ${i};`).join(' ')} } }`,
      `function f() { ${Array.from({ length: 30 }, (_, i) => `const f${i} = (a) => (a ? 1 : 2);`).join(' ')} }`,
    ],
  },
};

describe('Rules for JavaScript and TypeScript', () => {
  it('has cases for every rule', () => {
    assert.deepEqual(Object.keys(TABLE).sort(), ecmascriptRules.map(({ id }) => id).sort());
  });

  for (const [rule, { finds, leaves, isTypeScript = false }] of Object.entries(TABLE)) {
    describe(rule, () => {
      for (const code of finds) {
        for (const path of [...(isTypeScript ? [] : ['src/a.js']), 'src/a.ts', 'src/a.tsx']) {
          it(`finds ${code} (${path})`, async () => {
            const found = await findingsIn(path, code, rule);
            assert.equal(found.length, 1, JSON.stringify(found));
          });
        }
      }
      for (const code of leaves) {
        it(`leaves ${code}`, async () => {
          assert.deepEqual(await findingsIn('src/a.ts', code, rule), []);
          assert.deepEqual(await findingsIn('src/a.js', code, rule), []);
        });
      }
    });
  }

  it('understands the syntax of TypeScript', async () => {
    const code =
      'export class A<T> { find(db: Db, id: string): T { return db.all<T>(`SELECT * FROM t WHERE id = ${id as string}`)[0]!; } }';
    assert.deepEqual(
      (await findingsIn('src/a.ts', code)).map(({ rule }) => rule),
      ['sql-injection'],
    );
    const typed = 'export function divide(a: number, b: number): number { return a / b; }';
    assert.deepEqual(
      (await findingsIn('src/a.ts', typed)).map(({ rule }) => rule),
      ['unguarded-division'],
    );
    assert.deepEqual(
      await findingsIn('src/a.ts', 'export function divide(a: bigint, b: bigint) { return a / b; }'),
      [],
    );
  });

  it('never shows a secret, not even in the evidence', async () => {
    const [finding] = await findingsIn('src/a.ts', "const tillPassword = 'tr0ub4dor-Till-7c1f9e2b';");
    assert.match(finding?.evidence ?? '', /^tillPassword = "tr0u•••• \(23 characters\)"$/);
    assert.doesNotMatch(JSON.stringify(finding), /7c1f9e2b/);
  });

  it('suggests an exact replacement where it is sure', async () => {
    const code = 'const a = [];\nfor (let i = 0; i <= a.length; i++) {\n  use(a[i]);\n}\n';
    const [finding] = await findingsIn('src/a.ts', code);
    assert.ok(finding?.suggestion);
    const fixed = code.replace(finding.suggestion.oldText, finding.suggestion.newText);
    assert.equal(fixed, code.replace('<=', '<'));
    assert.deepEqual(await findingsIn('src/a.ts', fixed), []);
  });

  it('leaves usual patterns of tests alone, but not injections', async () => {
    const code = 'new Agent({ rejectUnauthorized: false });\ndb.query(`SELECT * FROM t WHERE a = ${a}`);';
    assert.deepEqual(
      (await findingsIn('test/server.test.ts', code)).map(({ rule }) => rule),
      ['sql-injection'],
    );
  });

  it('respects a line that says that it is meant', async () => {
    assert.deepEqual(await findingsIn('src/a.ts', '// eslint-disable-next-line no-eval\neval(code);'), []);
    assert.deepEqual(await findingsIn('src/a.ts', 'eval(code); // nosemgrep'), []);
  });

  it('survives broken code', async () => {
    assert.deepEqual(
      (await findingsIn('src/a.ts', 'function ok() { eval(code); }\nfunction broken( { const = ;')).map(
        ({ rule }) => rule,
      ),
      ['code-evaluation'],
    );
  });
});
