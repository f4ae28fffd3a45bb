import { describeRules, manyBranches } from '../../../support/ruleCases';

const long = (branches: number) =>
  `func f(a int) int {\n${manyBranches(branches, (i) => `\tif a == ${i} {\n\t\treturn ${i}\n\t}`)}\n\treturn 0\n}`;

describeRules('Go', {
  path: 'shop/store.go',
  wrap: (code) =>
    /^(?:func|package|type|import)\b/.test(code)
      ? { before: 'package shop\n\n', after: '\n' }
      : { before: 'package shop\n\nfunc run(name string, id int) error {\n', after: '\n\treturn nil\n}\n' },
  rules: {
    'sql-injection': {
      finds: [
        'rows, err := db.Query(fmt.Sprintf("SELECT * FROM users WHERE name = \'%s\'", name))',
        'db.Exec("DELETE FROM users WHERE name = \'" + name + "\'")',
        ['query := "SELECT id FROM users WHERE name = " + name\nrow := s.db.QueryRowContext(ctx, query)', 2],
        ['q := "SELECT * FROM t WHERE 1=1"\nq += " AND name = \'" + name + "\'"\ndb.Query(q)', 3],
        ['db.Query(\n\t"SELECT a FROM t WHERE b = " + name,\n)', 2],
      ],
      leaves: [
        'rows, err := db.Query("SELECT * FROM users WHERE name = ?", name)',
        'db.Query(fmt.Sprintf("SELECT * FROM users WHERE id = %d", id))',
        'db.Query("SELECT * FROM users WHERE id = " + strconv.Itoa(id))',
        'const table = "users"\ndb.Query("SELECT * FROM " + table)',
        'log.Println("SELECT * FROM users WHERE name = " + name)',
        '// db.Query("SELECT * FROM users WHERE name = " + name)\ndb.Ping()',
        'text := `db.Query("SELECT * FROM t WHERE a = " + name)`\nuse(text)',
        'cache.Get("from " + name)',
      ],
    },
    'shell-injection': {
      finds: [
        'exec.Command("sh", "-c", "ls "+name).Run()',
        'exec.CommandContext(ctx, "/bin/bash", "-c", fmt.Sprintf("tar czf %s .", name))',
        ['command := "git log " + name\nexec.Command("bash", "-c", command)', 2],
      ],
      leaves: [
        'exec.Command("ls", name).Run()',
        'exec.Command("sh", "-c", "ls -l").Run()',
        'exec.Command("git", "log", "-n "+name)',
        's := "exec.Command(\\"sh\\", \\"-c\\", name)"\nuse(s)',
      ],
    },
    'tls-disabled': {
      finds: ['config := &tls.Config{InsecureSkipVerify: true}', 'config.InsecureSkipVerify = true'],
      leaves: [
        'config := &tls.Config{InsecureSkipVerify: false}',
        'config := &tls.Config{InsecureSkipVerify: skip}',
        '// InsecureSkipVerify: true\nuse(1)',
      ],
    },
    'weak-hash': {
      finds: [
        'func hashPassword(password string) [16]byte {\n\treturn md5.Sum([]byte(password))\n}',
        'token := sha1.New()',
      ].map((code, index) => (index === 0 ? ([code, 2] as const) : code)),
      leaves: ['etag := md5.Sum(body)', 'passwordHash := sha256.Sum256(password)', 'checksum := sha1.New()'],
    },
    'weak-cipher': {
      finds: ['block, err := des.NewCipher(key)', 'c, err := rc4.NewCipher(key)'],
      leaves: ['block, err := aes.NewCipher(key)', 'use("des.NewCipher(key)")'],
    },
    'insecure-random': {
      finds: [['func newToken() string {\n\treturn letters[rand.Intn(26)]\n}', 2], 'sessionID := rand.Int63()'],
      leaves: [
        'delay := rand.Intn(100)',
        'maxTokens := rand.Intn(100)',
        'import "crypto/rand"\nfunc newToken() { rand.Int(rand.Reader, max) }',
      ],
    },
    'hard-coded-secret': {
      finds: [
        'password := "tr0ub4dor-Till-7c1f9e2b"',
        'const apiKey = "f3b9c2d8a1e64b07"',
        'config := Config{Password: "kQ9vX2mL7pR4"}',
      ],
      leaves: ['password := os.Getenv("PASSWORD")', 'password := "changeme123"', 'passwordField := "kQ9vX2mL7pR4"'],
    },
    'ignored-error': {
      finds: [
        'json.Unmarshal(data, &value)',
        'os.WriteFile(path, data, 0o644)',
        'tx.Commit()',
        'n, _ := strconv.Atoi(name)',
        'file, _ := os.Open(name)',
      ],
      leaves: [
        'err := json.Unmarshal(data, &value)\nuse(err)',
        '_ = os.WriteFile(path, data, 0o644)',
        'if err := tx.Commit(); err != nil {\n\treturn err\n}',
        'hash.Write(data)',
        'value, _ := cache.Load(name)',
        'for _, n := range list {\n\tuse(n)\n}',
        'defer file.Close()',
        'json.Unmarshal(data, &value) //nolint:errcheck',
      ],
    },
    'swallowed-error': {
      finds: ['if err != nil {\n}', 'if closeErr != nil {\n\n}'],
      leaves: [
        'if err != nil {\n\treturn err\n}',
        'if err != nil {\n\t// The file need not be there.\n}',
        'if err == nil {\n}',
        'if err != nil {\n} else {\n\tuse(1)\n}',
      ],
    },
    'shadowed-error': {
      finds: [
        [
          'func load() (err error) {\n\tif ready {\n\t\tdata, err := read()\n\t\tif err != nil {\n\t\t\tlog.Println(err)\n\t\t}\n\t\tuse(data)\n\t}\n\treturn err\n}',
          3,
        ],
        ['var err error\nif ready {\n\tdata, err := read()\n\tuse(data, err)\n}\nreturn err', 3],
      ],
      leaves: [
        'func load() (err error) {\n\tif ready {\n\t\tdata, err := read()\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\tuse(data)\n\t}\n\treturn err\n}',
        'var err error\nif ready {\n\tdata, err := read()\n\tuse(data, err)\n}\nerr = save()\nreturn err',
        'var err error\ndata, err = read()\nreturn err',
        'if data, err := read(); err == nil {\n\tuse(data)\n}',
      ],
    },
    'used-before-error-check': {
      finds: [
        ['response, err := http.Get(name)\ndefer response.Body.Close()\nif err != nil {\n\treturn err\n}', 2],
        ['file, err := os.Open(name)\ndefer file.Close()', 2],
      ],
      leaves: [
        'response, err := http.Get(name)\nif err != nil {\n\treturn err\n}\ndefer response.Body.Close()',
        'file, err := os.Open(name)\ndefer cancel()',
        'value, ok := values[name]\ndefer value.Close()',
      ],
    },
    'defer-in-loop': {
      finds: [
        ['for _, name := range names {\n\tfile := open(name)\n\tdefer file.Close()\n}', 3],
        ['for {\n\tmu.Lock()\n\tdefer mu.Unlock()\n}', 3],
      ],
      leaves: [
        'defer file.Close()',
        'for _, name := range names {\n\tfunc() {\n\t\tdefer file.Close()\n\t}()\n}',
        'for _, name := range names {\n\tif name == "" {\n\t\tdefer file.Close()\n\t\treturn nil\n\t}\n}',
        '// for { defer file.Close() }\nuse(1)',
      ],
    },
    'nil-map-write': {
      finds: [['var counts map[string]int\ncounts[name] = 1', 2]],
      leaves: [
        'counts := map[string]int{}\ncounts[name] = 1',
        'var counts map[string]int\ncounts = make(map[string]int)\ncounts[name] = 1',
        'var counts map[string]int\nreturn counts[name]',
        'var counts []int\ncounts[0] = 1',
      ],
    },
    'wait-group-add': {
      finds: [['go func() {\n\twg.Add(1)\n\tdefer wg.Done()\n}()', 2]],
      leaves: ['wg.Add(1)\ngo func() {\n\tdefer wg.Done()\n}()', 'go func() {\n\tcounter.Add(1)\n}()'],
    },
    'loop-bound': {
      finds: ['for i := 0; i <= len(items); i++ {\n\tuse(items[i])\n}'],
      leaves: [
        'for i := 0; i < len(items); i++ {\n\tuse(items[i])\n}',
        'for i := 0; i <= len(items); i++ {\n\tuse(items[:i])\n}',
        'for i := 0; i <= len(items); i++ {\n\tif i < len(items) {\n\t\tuse(items[i])\n\t}\n}',
      ],
    },
    complexity: { finds: [long(20)], leaves: [long(19)] },
  },
});
