import { describeRules, manyBranches } from '../../../support/ruleCases';

const long = (branches: number) =>
  `public int F(int a) {\n${manyBranches(branches, (i) => `  if (a == ${i}) { return ${i}; }`)}\n  return 0;\n}`;

describeRules('C#', {
  path: 'src/Shop/Store.cs',
  wrap: (code) =>
    /^(?:public|private|protected|async void)\b/.test(code)
      ? { before: 'class Store\n{\n', after: '\n}\n' }
      : { before: 'class Store\n{\n  public async Task Run(string name, int id)\n  {\n', after: '\n  }\n}\n' },
  rules: {
    'sql-injection': {
      finds: [
        'using var command = new SqlCommand("SELECT * FROM Users WHERE Name = \'" + name + "\'", connection);',
        'command.CommandText = $"SELECT * FROM Users WHERE Name = \'{name}\'";',
        'context.Users.FromSqlRaw(string.Format("SELECT * FROM Users WHERE Name = \'{0}\'", name));',
        ['var sql = $"DELETE FROM Users WHERE Name = \'{name}\'";\nawait connection.ExecuteAsync(sql);', 2],
        'var rows = connection.Query<User>("SELECT * FROM Users WHERE Name = \'" + name + "\'");',
      ],
      leaves: [
        'using var command = new SqlCommand("SELECT * FROM Users WHERE Name = @name", connection);',
        'command.CommandText = $"SELECT * FROM Users WHERE Id = {id}";',
        'context.Users.FromSqlInterpolated($"SELECT * FROM Users WHERE Name = {name}");',
        'const string Table = "Users";\ncommand.CommandText = "SELECT * FROM " + Table;',
        'command.CommandText = "SELECT a " + "FROM b";',
        'log.Info($"SELECT * FROM Users WHERE Name = {name}");',
        'var s = @"command.CommandText = ""SELECT * FROM t "" + name";',
        '// command.CommandText = "SELECT * FROM t WHERE a = " + name;\nGo();',
      ],
    },
    'shell-injection': {
      finds: [
        'Process.Start("cmd.exe", "/c dir " + name);',
        'var info = new ProcessStartInfo("/bin/bash", $"-c \\"ls {name}\\"");',
        'info.Arguments = $"/c del {name}";',
      ],
      leaves: [
        'Process.Start("git", "log " + name);',
        'Process.Start("cmd.exe", "/c dir");',
        'info.Arguments = $"--name {name}";',
        'info.ArgumentList.Add(name);',
      ],
    },
    'unsafe-deserialisation': {
      finds: ['var formatter = new BinaryFormatter();', 'settings.TypeNameHandling = TypeNameHandling.All;'],
      leaves: [
        'var value = JsonSerializer.Deserialize<Order>(text);',
        'settings.TypeNameHandling = TypeNameHandling.None;',
        'var s = "new BinaryFormatter()";',
      ],
    },
    'tls-disabled': {
      finds: [
        'handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => true;',
        'ServicePointManager.ServerCertificateValidationCallback += delegate { return true; };',
        'handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;',
        'handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => { return true; };',
      ],
      leaves: [
        'handler.ServerCertificateCustomValidationCallback = (a, b, c, errors) => errors == SslPolicyErrors.None;',
        'handler.Filter = (a, b) => true;',
      ],
    },
    'weak-hash': {
      finds: ['using var passwordHash = MD5.Create();', 'var token = SHA1.HashData(secret);'],
      leaves: [
        'using var etag = MD5.Create();',
        'var passwordHash = SHA256.HashData(password);',
        'var checksum = SHA1.HashData(file);',
      ],
    },
    'weak-cipher': {
      finds: [
        'using var cipher = DES.Create();',
        'var c = new TripleDESCryptoServiceProvider();',
        'aes.Mode = CipherMode.ECB;',
      ],
      leaves: [
        'using var cipher = Aes.Create();',
        'aes.Mode = CipherMode.CBC;',
        'var description = Describe.Create();',
      ],
    },
    'insecure-random': {
      finds: [
        'var token = new Random().Next().ToString();',
        ['public string NewSessionId() {\n  return Random.Shared.Next().ToString();\n}', 2],
      ],
      leaves: ['var delay = new Random().Next(100);', 'var token = RandomNumberGenerator.GetHexString(32);'],
    },
    'hard-coded-secret': {
      finds: ['private const string Password = "tr0ub4dor-Till-7c1f9e2b";', 'options.ApiKey = "f3b9c2d8a1e64b07";'],
      leaves: [
        'var password = Environment.GetEnvironmentVariable("PASSWORD_2");',
        'var password = $"{name}-1234abcd";',
        'private const string PasswordField = "kQ9vX2mL7pR4";',
      ],
    },
    'async-void': {
      finds: ['private async void Load(string name) { await Read(name); }', 'async void Refresh() { await Read(); }'],
      leaves: [
        'private async Task Load(string name) { await Read(name); }',
        'private async void OnClick(object sender, EventArgs e) { await Read(); }',
        'private async void OnLoaded(object sender, RoutedEventArgs e) { await Read(); }',
        'protected override async void OnStart() { await Read(); }',
        'private void Load() { }',
      ],
    },
    'blocking-wait': {
      finds: [
        'var text = client.GetStringAsync(url).Result;',
        'SaveAsync(name).Wait();',
        'var text = ReadAsync(name).GetAwaiter().GetResult();',
        ['Task task = SaveAsync(name);\ntask.Wait();', 2],
      ],
      leaves: [
        'var text = await client.GetStringAsync(url);',
        'var value = validation.Result;',
        'response.Result = 3;',
        'await Task.WhenAll(firstTask, secondTask);\nvar a = firstTask.Result;',
        'gate.Wait();',
        'public static void Main() { RunAsync().GetAwaiter().GetResult(); }',
        'var s = "SaveAsync().Wait()";',
      ],
    },
    'swallowed-error': {
      finds: ['try { Save(); } catch { }', ['try\n{\n  Save();\n}\ncatch (Exception ex)\n{\n}', 5]],
      leaves: [
        'try { Save(); } catch (Exception ex) { log.Error(ex); }',
        'try { Save(); } catch { /* It was only a cache. */ }',
        'try { await Work(); } catch (OperationCanceledException) { }',
        'try { Save(); } catch (IOException e) when (e.HResult == 3) { }',
      ],
    },
    'stack-lost': {
      finds: [['try { Save(); }\ncatch (Exception ex) { log.Error(ex); throw ex; }', 2]],
      leaves: [
        'try { Save(); } catch (Exception ex) { throw; }',
        'try { Save(); } catch (Exception ex) { throw new ShopException("no", ex); }',
        'throw error;',
        'try { Save(); } catch (Exception ex) { ex = Unwrap(ex); throw ex; }',
      ],
    },
    'unclosed-resource': {
      finds: [
        'var reader = new StreamReader(name);\nvar line = reader.ReadLine();',
        'var stream = File.OpenRead(name);\nvar first = stream.ReadByte();',
      ],
      leaves: [
        'using var reader = new StreamReader(name);',
        'using (var reader = new StreamReader(name)) { reader.ReadLine(); }',
        'var reader = new StreamReader(name);\ntry { reader.ReadLine(); } finally { reader.Dispose(); }',
        'var stream = File.OpenRead(name);\nreturn new Report(stream);',
        'var builder = new StringBuilder(name);\nbuilder.Append(1);',
        'var reader = new StreamReader(name);\nreader?.Dispose();',
      ],
    },
    'loop-bound': {
      finds: [
        'for (var i = 0; i <= items.Length; i++) { Use(items[i]); }',
        'for (int i = 0; i <= list.Count; i++) { Use(list[i]); }',
      ],
      leaves: [
        'for (var i = 0; i < items.Length; i++) { Use(items[i]); }',
        'for (var i = 1; i <= items.Length; i++) { Use(items[i - 1]); }',
      ],
    },
    complexity: { finds: [long(20)], leaves: [long(19)] },
  },
});
