import assert from 'node:assert/strict';
import { python } from '../../../../src/core/analysis/languages/python';
import { findingsIn } from '../../../support/sourceAnalysis';

interface Cases {
  finds: string[];
  leaves: string[];
}

const longFunction = (branches: number): string =>
  `def f(a):\n${Array.from({ length: branches }, (_, i) => `    if a == ${i}:\n        return ${i}`).join('\n')}\n`;

/** What each rule must find, once each, and what it must leave alone. */
const TABLE: Record<string, Cases> = {
  'loop-bound': {
    finds: [
      'for i in range(len(items) + 1):\n    use(items[i])',
      'for i in range(0, len(self.rows) + 1):\n    use(self.rows[i].name)',
      'while i <= len(items):\n    total += items[i]\n    i += 1',
    ],
    leaves: [
      'for i in range(len(items)):\n    use(items[i])',
      'for i in range(len(items) + 1):\n    use(items[:i])',
      'for i in range(1, len(items) + 1):\n    use(items[i - 1])',
      'for i in range(len(a) + 1):\n    b[i] = i',
      'for i in range(len(a) + 1):\n    if i == len(a):\n        break\n    use(a[i])',
    ],
  },
  'sql-injection': {
    finds: [
      'cursor.execute(f"SELECT * FROM users WHERE name = \'{name}\'")',
      'db.execute("delete from t where id = " + str(i))',
      'db.execute("SELECT a FROM t WHERE b = %s" % b)',
      'db.execute("SELECT a FROM t WHERE b = {}".format(b))',
      'def f(db, name):\n    sql = f"UPDATE t SET a = {name}"\n    db.execute(sql)',
    ],
    leaves: [
      'cursor.execute("SELECT * FROM users WHERE name = %s", (name,))',
      'cursor.execute(f"SELECT * FROM {TABLE} WHERE id = ?", (i,))',
      'cursor.execute(f"SELECT a FROM t WHERE id IN ({placeholders})", ids)',
      'cursor.execute(f"SELECT a FROM t WHERE id = {int(i)}")',
      'task.execute(f"run {name}")',
      'cursor.execute("SELECT a " "FROM t")',
    ],
  },
  'shell-injection': {
    finds: [
      'os.system(f"tar -czf {name} .")',
      'subprocess.run("ls " + folder, shell=True)',
      'subprocess.check_output("git log %s" % name, shell=True)',
      'os.popen("cat {}".format(path))',
      'os.system(input())',
    ],
    leaves: [
      'os.system("clear")',
      'subprocess.run(["ls", folder])',
      'subprocess.run(f"{folder}/tool", shell=False)',
      'subprocess.run("ls -l", shell=True)',
      'os.system(f"ls {shlex.quote(folder)}")',
    ],
  },
  'code-evaluation': {
    finds: ['eval(rule)', 'exec(request.body)', 'eval(f"{a} + 1")'],
    leaves: [
      'model.eval()',
      'ast.literal_eval(text)',
      'eval("1 + 1")',
      'exec(compile(source, "a.py", "exec"))',
      'df.eval("a + b")',
    ],
  },
  'unsafe-deserialisation': {
    finds: [
      'data = pickle.loads(body)',
      'config = yaml.load(text)',
      'config = yaml.load(text, Loader=yaml.Loader)',
      'config = yaml.unsafe_load(text)',
      'a = np.load(path, allow_pickle=True)',
    ],
    leaves: [
      'config = yaml.safe_load(text)',
      'config = yaml.load(text, Loader=yaml.SafeLoader)',
      'config = yaml.load(text, yaml.CSafeLoader)',
      'copy = pickle.loads(pickle.dumps(value))',
      'data = json.loads(body)',
      'a = np.load(path)',
    ],
  },
  'weak-hash': {
    finds: [
      'def hash_password(password):\n    return hashlib.md5(password.encode()).hexdigest()',
      'token = hashlib.sha1(secret).hexdigest()',
      'password_hash = hashlib.new("md5", password).hexdigest()',
    ],
    leaves: [
      'etag = hashlib.md5(body).hexdigest()',
      'def file_checksum(path):\n    return hashlib.sha1(read(path)).hexdigest()',
      'password_hash = hashlib.md5(password, usedforsecurity=False).hexdigest()',
      'digest = hashlib.sha256(password).hexdigest()',
    ],
  },
  'tls-disabled': {
    finds: [
      'requests.get(url, verify=False)',
      'context.verify_mode = ssl.CERT_NONE',
      'context.check_hostname = False',
      'ssl._create_default_https_context = ssl._create_unverified_context',
      'httpx.AsyncClient(verify=False)',
    ],
    leaves: [
      'requests.get(url)',
      'requests.get(url, verify="ca.pem")',
      'jwt.decode(token, verify=True)',
      'context.check_hostname = True',
    ],
  },
  'insecure-random': {
    finds: ['token = "".join(random.choice(letters) for _ in range(20))', 'self.session_id = random.getrandbits(64)'],
    leaves: ['token = secrets.token_hex(16)', 'delay = random.random() * 10', 'max_tokens = random.randint(1, 9)'],
  },
  'hard-coded-secret': {
    finds: [
      'DB_PASSWORD = "tr0ub4dor-Till-7c1f9e2b"',
      'connect(password="kQ9vX2mL7pR4")',
      'config = {"api_key": "f3b9c2d8a1e64b07"}',
    ],
    leaves: [
      'password = os.environ["PASSWORD"]',
      'password = getpass()',
      'API_KEY = "your-api-key-123"',
      'PASSWORD = "changeme123"',
      'password = f"{name}-1234abcd"',
    ],
  },
  'swallowed-error': {
    finds: [
      'try:\n    save()\nexcept:\n    pass',
      'try:\n    save()\nexcept Exception:\n    pass',
      'def f():\n    try:\n        return load()\n    except Exception:\n        return []',
    ],
    leaves: [
      'try:\n    save()\nexcept KeyError:\n    pass',
      'try:\n    save()\nexcept Exception:\n    pass  # best effort',
      'try:\n    save()\nexcept Exception as error:\n    log(error)',
      'try:\n    save()\nexcept (KeyError, ValueError):\n    pass',
    ],
  },
  'mutable-default': {
    finds: ['def f(a, seen=[]):\n    seen.append(a)\n    return seen', 'def f(a, known: dict = {}):\n    known[a] = 1'],
    leaves: [
      'def f(a, seen=None):\n    seen = seen or []',
      'def f(a, names=[]):\n    return a in names',
      'def f(a, names=()):\n    return names',
      'def f(a, _cache={}):\n    _cache[a] = 1',
    ],
  },
  'unguarded-division': {
    finds: ['def average(orders):\n    return sum(orders) / len(orders)', 'def ratio(a, b):\n    return a / b'],
    leaves: [
      'def _ratio(a, b):\n    return a / b',
      'def ratio(a, b):\n    if b == 0:\n        return 0\n    return a / b',
      'def average(orders):\n    return sum(orders) / len(orders) if orders else 0',
      'def average(orders):\n    if not orders:\n        return 0\n    return sum(orders) / len(orders)',
      'def ratio(a, b=2):\n    return a / b',
      'def place(root, name):\n    return root / name',
      'def ratio(a, b):\n    try:\n        return a / b\n    except ZeroDivisionError:\n        return 0',
    ],
  },
  complexity: {
    finds: [longFunction(20)],
    leaves: [longFunction(19)],
  },
};

describe('Rules for Python', () => {
  it('has cases for every rule', () => {
    assert.deepEqual(Object.keys(TABLE).sort(), python.rules.map(({ id }) => id).sort());
  });

  for (const [rule, { finds, leaves }] of Object.entries(TABLE)) {
    describe(rule, () => {
      for (const code of finds) {
        it(`finds ${JSON.stringify(code)}`, async () => {
          const found = await findingsIn('src/a.py', code, rule);
          assert.equal(found.length, 1, JSON.stringify(found));
        });
      }
      for (const code of leaves) {
        it(`leaves ${JSON.stringify(code)}`, async () => {
          assert.deepEqual(await findingsIn('src/a.py', code, rule), []);
        });
      }
    });
  }

  it('suggests exact replacements where it is sure', async () => {
    const [loop] = await findingsIn('a.py', 'for i in range(len(items) + 1):\n    use(items[i])\n');
    assert.deepEqual(loop?.suggestion, {
      oldText: 'for i in range(len(items) + 1):',
      newText: 'for i in range(len(items)):',
    });
    const [yaml] = await findingsIn('a.py', 'config = yaml.load(text)\n');
    assert.deepEqual(yaml?.suggestion, {
      oldText: 'config = yaml.load(text)',
      newText: 'config = yaml.safe_load(text)',
    });
  });
});
