import { describeRules, manyBranches } from '../../../support/ruleCases';

const long = (branches: number) =>
  `int f(int a) {\n${manyBranches(branches, (i) => `  if (a == ${i}) { return ${i}; }`)}\n  return 0;\n}`;

/** A method of a class, where a line begins with a modifier or a type and a name with parentheses. */
const isMember = (code: string) => /^(?:@\w+|public|private|static|int f\(|String new|class)/.test(code);

describeRules('Java', {
  path: 'src/main/java/shop/Store.java',
  wrap: (code) =>
    isMember(code)
      ? { before: 'class Store {\n', after: '\n}\n' }
      : { before: 'class Store {\n  void run(String name, int id) throws Exception {\n', after: '\n  }\n}\n' },
  rules: {
    'sql-injection': {
      finds: [
        'statement.executeQuery("SELECT * FROM users WHERE name = \'" + name + "\'");',
        'jdbc.queryForList(String.format("SELECT * FROM users WHERE name = \'%s\'", name));',
        ['String sql = "DELETE FROM users WHERE name = \'" + name + "\'";\nstatement.executeUpdate(sql);', 2],
        'entities.createNativeQuery("UPDATE users SET name = \'" + request.getParameter("n") + "\'");',
        [
          'String sql = "SELECT * FROM t WHERE 1=1";\nsql += " AND a = \'" + name + "\'";\nconnection.prepareStatement(sql);',
          3,
        ],
      ],
      leaves: [
        'connection.prepareStatement("SELECT * FROM users WHERE name = ?");',
        'statement.executeQuery("SELECT * FROM users WHERE id = " + id);',
        'statement.executeQuery("SELECT * FROM " + TABLE);',
        'executor.execute("from " + name);',
        'log.info("SELECT * FROM users WHERE name = " + name);',
        '// statement.executeQuery("SELECT * FROM t WHERE a = " + name);\nrun();',
        'String text = """\n  statement.executeQuery("SELECT * FROM t WHERE a = " + name);\n  """;',
      ],
    },
    'shell-injection': {
      finds: [
        'Runtime.getRuntime().exec("ls " + name);',
        'new ProcessBuilder("sh", "-c", "tar czf " + name).start();',
        ['String command = "git log " + name;\nRuntime.getRuntime().exec(command);', 2],
      ],
      leaves: [
        'Runtime.getRuntime().exec("ls -l");',
        'Runtime.getRuntime().exec(new String[] {"ls", name});',
        'new ProcessBuilder("git", "log", "-n" + name).start();',
        'executor.exec("ls " + name);',
      ],
    },
    'unsafe-deserialisation': {
      finds: [
        'Object o = new ObjectInputStream(socket.getInputStream()).readObject();',
        'mapper.enableDefaultTyping();',
        'Object o = new XMLDecoder(in).readObject();',
      ],
      leaves: [
        'Object o = mapper.readValue(in, Order.class);',
        'new ObjectInputStream(new ByteArrayInputStream(copy.toByteArray())).readObject();',
        'String s = "new ObjectInputStream(in)";',
      ],
    },
    'tls-disabled': {
      finds: [
        'public void checkServerTrusted(X509Certificate[] chain, String type) { }',
        'public boolean verify(String host, SSLSession session) { return true; }',
        'connection.setHostnameVerifier((host, session) -> true);',
        'builder.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);',
      ],
      leaves: [
        'public void checkServerTrusted(X509Certificate[] chain, String type) { manager.checkServerTrusted(chain, type); }',
        'public boolean verify(String host, SSLSession session) { return known.contains(host); }',
        'public boolean verify(String signature) { return true; }',
        'connection.setHostnameVerifier(verifier);',
      ],
    },
    'weak-hash': {
      finds: [
        'byte[] passwordHash = MessageDigest.getInstance("MD5").digest(password.getBytes());',
        'String token = DigestUtils.sha1Hex(secret);',
      ],
      leaves: [
        'byte[] etag = MessageDigest.getInstance("MD5").digest(body);',
        'byte[] passwordHash = MessageDigest.getInstance("SHA-256").digest(password);',
        'String checksum = DigestUtils.md5Hex(file);',
      ],
    },
    'weak-cipher': {
      finds: [
        'Cipher cipher = Cipher.getInstance("DES");',
        'Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");',
        'Cipher cipher = Cipher.getInstance("AES");',
      ],
      leaves: ['Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");', 'Codec c = Codec.getInstance("DES");'],
    },
    'insecure-random': {
      finds: [
        'String token = "" + Math.random();',
        ['String newToken() {\n  Random random = new Random();\n  return "" + random.nextLong();\n}', 2],
      ],
      leaves: [
        'int delay = new Random().nextInt(100);',
        'SecureRandom random = new SecureRandom(); String token = "" + random.nextLong();',
        'int maxTokens = new Random().nextInt();',
      ],
    },
    'hard-coded-secret': {
      finds: [
        'private static final String DB_PASSWORD = "tr0ub4dor-Till-7c1f9e2b";',
        'this.apiKey = "f3b9c2d8a1e64b07";',
      ],
      leaves: [
        'private static final String PASSWORD_FIELD = "tr0ub4dor-Till-7c1f9e2b";',
        'String password = System.getenv("PASSWORD_2024");',
        'String password = "changeme123";',
      ],
    },
    'string-identity': {
      finds: [
        'if (name == "admin") { run(); }',
        'boolean other = "guest" != name;',
        'String role = find();\nif (role == name) { run(); }',
      ].map((code, index) => (index === 2 ? ([code, 2] as const) : code)),
      leaves: [
        'if (name.equals("admin")) { run(); }',
        'if (name == null) { run(); }',
        "if (letter == 'a') { run(); }",
        'if (id == 3) { run(); }',
        'if (name == role || name.equals(role)) { run(); }',
        'log("name == \\"admin\\"");',
      ],
    },
    'swallowed-error': {
      finds: [
        'try { save(); } catch (Exception e) { }',
        ['try {\n  save();\n} catch (IOException | SQLException e) {\n}', 3],
      ],
      leaves: [
        'try { save(); } catch (Exception e) { log.warn("no", e); }',
        'try { save(); } catch (IOException e) { /* It was only a cache. */ }',
        'try { id = Integer.parseInt(name); } catch (NumberFormatException e) { }',
        'try { save(); } catch (IOException ignored) { }',
      ],
    },
    'equals-without-hash-code': {
      finds: [['@Override\npublic boolean equals(Object other) { return other == this; }', 2]],
      leaves: [
        'public boolean equals(Object o) { return true; }\npublic int hashCode() { return 1; }',
        'public boolean equals(Object a, Object b) { return a == b; }',
        'public boolean isEqual(Object o) { return true; }',
      ],
    },
    'unclosed-resource': {
      finds: [
        'FileInputStream in = new FileInputStream(name); int first = in.read();',
        'BufferedReader reader = Files.newBufferedReader(path); run(reader.readLine().length());',
      ],
      leaves: [
        'try (FileInputStream in = new FileInputStream(name)) { in.read(); }',
        'FileInputStream in = new FileInputStream(name); try { in.read(); } finally { in.close(); }',
        'FileInputStream in = new FileInputStream(name); return in;',
        'FileInputStream in = new FileInputStream(name); use(in);',
        'Scanner scanner = new Scanner(System.in); scanner.nextLine();',
        'this.stream = new FileInputStream(name);',
        'PrintWriter writer = new PrintWriter(response.getOutputStream()); writer.print(1);',
      ],
    },
    'return-in-finally': {
      finds: [['try { run(); } finally {\n  return;\n}', 2]],
      leaves: ['try { run(); } finally { close(); }', 'try { run(); } finally { list.forEach(x -> { return; }); }'],
    },
    'loop-bound': {
      finds: [
        'for (int i = 0; i <= items.length; i++) { use(items[i]); }',
        'for (int i = 0; i <= list.size(); i++) { use(list.get(i)); }',
      ],
      leaves: [
        'for (int i = 0; i < items.length; i++) { use(items[i]); }',
        'for (int i = 0; i <= items.length; i++) { use(i); }',
        'for (int i = 1; i <= list.size(); i++) { use(list.get(i - 1)); }',
      ],
    },
    complexity: { finds: [long(20)], leaves: [long(19)] },
  },
});
