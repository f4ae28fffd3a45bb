import { describeRules, manyBranches } from '../../../support/ruleCases';

const long = (branches: number) =>
  `function f($a) {\n${manyBranches(branches, (i) => `  if ($a == ${i}) { return ${i}; }`)}\n  return 0;\n}`;

describeRules('PHP', {
  path: 'src/store.php',
  wrap: (code) => ({ before: code.startsWith('<') ? '' : '<?php\n', after: '\n' }),
  rules: {
    'sql-injection': {
      finds: [
        'mysqli_query($db, "SELECT * FROM users WHERE id = " . $_GET[\'id\']);',
        '$pdo->query("SELECT * FROM users WHERE name = \'$name\'");',
        ["$sql = \"SELECT * FROM users WHERE name = '{$_POST['name']}'\";\n$rows = $pdo->query($sql);", 2],
        ['$sql = "SELECT * FROM t WHERE 1=1";\n$sql .= " AND a = \'" . $name . "\'";\n$db->query($sql);', 3],
        'DB::select("SELECT * FROM users WHERE name = \'" . $name . "\'");',
        '$db->query(sprintf("SELECT * FROM users WHERE name = \'%s\'", $name));',
        ["$db->query(<<<SQL\n  SELECT * FROM users WHERE name = '$name'\n  SQL);", 1],
      ],
      leaves: [
        '$statement = $pdo->prepare("SELECT * FROM users WHERE name = ?");',
        '$pdo->query("SELECT * FROM users WHERE id = " . (int) $_GET[\'id\']);',
        '$db->query("SELECT * FROM users WHERE name = \'" . $db->real_escape_string($name) . "\'");',
        '$db->query(sprintf("SELECT * FROM users WHERE id = %d", $id));',
        '$wpdb->get_results("SELECT * FROM {$wpdb->posts}");',
        'function f(int $id, $db) { $db->query("SELECT * FROM users WHERE id = $id"); }',
        '$text = \'$db->query("SELECT * FROM users WHERE id = " . $id)\';',
        '$text = <<<\'X\'\n$db->query("SELECT * FROM users WHERE id = $id");\nX;',
        '// $db->query("SELECT * FROM users WHERE id = $id");',
        'echo "SELECT * FROM users WHERE id = $id";',
      ],
    },
    'shell-injection': {
      finds: [
        'shell_exec("ls $folder");',
        'exec("tar czf " . $_GET["name"]);',
        '$list = `ls $folder`;',
        'system("convert {$file->path} out.png");',
      ],
      leaves: [
        'shell_exec("ls -l");',
        'shell_exec("ls " . escapeshellarg($folder));',
        '$db->exec("ls $folder");',
        '$list = `ls -l`;',
        '# shell_exec("ls $folder");',
      ],
    },
    'code-evaluation': {
      finds: ['eval($code);', "$f = create_function('$a', $body);", 'assert("$a > 0");'],
      leaves: [
        "eval('return 1;');",
        '$model->eval($code);',
        'assert($a > 0);',
        '$text = "eval(\\$code)";',
        '/* eval($code); */',
      ],
    },
    'cross-site-scripting': {
      finds: [
        'echo "Hi " . $_GET["name"];',
        'print $_REQUEST["x"];',
        '<p><?= $_GET["name"] ?></p>',
        ['<?php $a = 1; ?>\n<p>Hi <?= $_GET["name"] ?></p>', 2],
        ['$name = trim($_GET["name"] ?? "");\necho "<b>$name</b>";', 2],
        'echo "<b>{$_POST[\'name\']}</b>";',
      ],
      leaves: [
        'echo htmlspecialchars($_GET["name"]);',
        '<p><?= htmlspecialchars($_GET["name"]) ?></p>',
        'echo (int) $_GET["page"];',
        'echo isset($_GET["a"]) ? "yes" : "no";',
        'echo $_GET["tab"] === "a" ? "active" : "";',
        'echo $labels[$_GET["tab"]];',
        ['$name = htmlspecialchars($_GET["name"]);', 'echo $name;'].join('\n'),
        '$name = $_GET["name"];\n$name = htmlspecialchars($name);\necho $name;',
        '$text = \'echo $_GET["name"];\';',
      ],
    },
    'file-inclusion': {
      finds: ['include $_GET["page"] . ".php";', ['$page = $_GET["page"];\nrequire_once "pages/$page.php";', 2]],
      leaves: ['include "pages/home.php";', 'include $pages[$_GET["page"]];', 'require __DIR__ . "/a.php";'],
    },
    'unsafe-deserialisation': {
      finds: ['$cart = unserialize($_COOKIE["cart"]);', '$cart = unserialize(base64_decode($_POST["cart"]));'],
      leaves: [
        '$cart = json_decode($_COOKIE["cart"]);',
        '$cart = unserialize($cache->get("cart"));',
        '$cart = unserialize($_COOKIE["cart"], ["allowed_classes" => false]);',
      ],
    },
    'open-redirect': {
      finds: ['header("Location: " . $_GET["next"]);', ['$next = $_GET["next"];\nheader("Location: $next");', 2]],
      leaves: [
        'header("Location: /home");',
        'header("Location: /user/" . $_GET["id"]);',
        'header("X-Name: " . $_GET["x"]);',
      ],
    },
    'variable-overwrite': {
      finds: ['extract($_POST);', 'parse_str($query);'],
      leaves: [
        'extract($row);',
        'extract($_POST, EXTR_SKIP);',
        'parse_str($query, $values);',
        '$zip->extract($_POST);',
      ],
    },
    'loose-comparison': {
      finds: [
        'if ($hash == md5($password)) { login(); }',
        'if ($user->token != $_GET["token"]) { stop(); }',
        'return $expectedHash == $passwordHash;',
      ],
      leaves: [
        'if ($hash === md5($password)) { login(); }',
        'if (hash_equals($hash, $given)) { login(); }',
        'if ($token == "") { stop(); }',
        'if ($a == $b) { run(); }',
        'if ($password == null) { stop(); }',
      ],
    },
    'tls-disabled': {
      finds: [
        'curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);',
        ['$options = [\n  CURLOPT_SSL_VERIFYHOST => 0,\n];', 2],
        '$client = new Client(["verify" => false]);',
      ],
      leaves: [
        'curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);',
        'curl_setopt($ch, CURLOPT_RETURNTRANSFER, false);',
        '$client = new Client(["verify" => "ca.pem"]);',
      ],
    },
    'weak-hash': {
      finds: [
        '$passwordHash = md5($password);',
        'function resetToken($user) { return sha1($user . time()); }',
        '$signature = hash("md5", $secret . $body);',
      ],
      leaves: [
        '$etag = md5($body);',
        '$passwordHash = password_hash($password, PASSWORD_DEFAULT);',
        '$cacheKey = md5($url);',
      ],
    },
    'weak-cipher': {
      finds: ['$c = openssl_encrypt($text, "des-cbc", $key);', '$c = openssl_encrypt($text, "aes-128-ecb", $key);'],
      leaves: ['$c = openssl_encrypt($text, "aes-256-gcm", $key);', '$c = openssl_encrypt($text, $cipher, $key);'],
    },
    'insecure-random': {
      finds: [
        '$token = uniqid();',
        'function newToken() { return mt_rand(); }',
        'function newToken() { $value = mt_rand(); return $value; }',
      ],
      leaves: [
        '$delay = rand(1, 5);',
        '$token = bin2hex(random_bytes(16));',
        '$maxTokens = rand(1, 9);',
        'function accessToken() { $cacheTime = rand(1, 9); return wait($cacheTime); }',
      ],
    },
    'hard-coded-secret': {
      finds: [
        '$password = "tr0ub4dor-Till-7c1f9e2b";',
        'const API_KEY = "f3b9c2d8a1e64b07";',
        '$config = ["db_password" => "kQ9vX2mL7pR4"];',
      ],
      leaves: [
        '$password = getenv("PASSWORD_2");',
        '$password = "changeme123";',
        '$password = "$name-1234abcd";',
        '$field = ["label" => "kQ9vX2mL7pR4"];',
      ],
    },
    'swallowed-error': {
      finds: [['try { save(); }\ncatch (Exception $e) { }', 2], 'try { save(); } catch (\\Throwable) { }'],
      leaves: [
        'try { save(); } catch (Exception $e) { error_log($e); }',
        'try { save(); } catch (Exception $e) { /* It was only a cache. */ }',
        'try { save(); } catch (Exception $ignored) { }',
      ],
    },
    'suppressed-error': {
      finds: ['$text = @file_get_contents($path);', '@mail($to, $subject, $text);'],
      leaves: [
        '@unlink($path);',
        '$text = @file_get_contents($path);\nif ($text === false) { return; }',
        'if (@file_put_contents($path, $text) === false) { stop(); }',
        '$text = @file_get_contents($path) ?: "";',
        '$text = file_get_contents($path);',
        '/** @param string $x */\nfunction f($x) {}',
      ],
    },
    'assignment-in-condition': {
      finds: ['if ($role = "admin") { grant(); }', ['if ($a) { run(); }\nelseif ($b = 0) { stop(); }', 2]],
      leaves: [
        'if ($role == "admin") { grant(); }',
        'if ($row = fetch()) { use_it($row); }',
        'while ($line = next_line()) { use_it($line); }',
      ],
    },
    'loop-bound': {
      finds: ['for ($i = 0; $i <= count($items); $i++) { use_it($items[$i]); }'],
      leaves: [
        'for ($i = 0; $i < count($items); $i++) { use_it($items[$i]); }',
        'for ($i = 1; $i <= count($items); $i++) { use_it($items[$i - 1]); }',
      ],
    },
    complexity: { finds: [long(20)], leaves: [long(19)] },
  },
});
