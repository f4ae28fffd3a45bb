import { describeRules, manyBranches } from '../../../support/ruleCases';

const long = (branches: number) =>
  `fn f(a: i32) -> i32 {\n${manyBranches(branches, (i) => `    if a == ${i} { return ${i}; }`)}\n    0\n}`;

describeRules('Rust', {
  path: 'src/store.rs',
  wrap: (code) =>
    /^(?:pub|fn|async fn|use|impl|unsafe impl|static|const|mod|#\[|\/\/\/)/.test(code)
      ? { before: 'use std::fs;\n', after: '\n' }
      : { before: 'pub fn run(name: &str, id: i64) -> Result<(), Error> {\n', after: '\n    Ok(())\n}\n' },
  rules: {
    'sql-injection': {
      finds: [
        'conn.execute(&format!("DELETE FROM users WHERE name = \'{}\'", name), [])?;',
        'sqlx::query(&format!("SELECT * FROM users WHERE name = \'{name}\'")).fetch_all(&pool).await?;',
        ['let sql = format!("SELECT * FROM users WHERE name = \'{}\'", name);\nclient.query(&sql, &[])?;', 2],
        ['let mut sql = String::from("SELECT * FROM t WHERE a = ");\nsql.push_str(name);\nconn.prepare(&sql)?;', 3],
      ],
      leaves: [
        'conn.execute("DELETE FROM users WHERE name = ?1", [name])?;',
        'conn.execute(&format!("DELETE FROM users WHERE id = {id}"), [])?;',
        'conn.execute(&format!("DELETE FROM {}", TABLE), [])?;',
        'println!("SELECT * FROM users WHERE name = {}", name);',
        'let s = r#"conn.execute(&format!("SELECT * FROM t WHERE a = {}", name), [])"#;',
        '// conn.execute(&format!("SELECT * FROM t WHERE a = {}", name), []);\nuse_it(1);',
      ],
    },
    'shell-injection': {
      finds: [
        'Command::new("sh").arg("-c").arg(format!("ls {}", name)).output()?;',
        'Command::new("bash").args(["-c", &format!("ls {name}")]).status()?;',
        ['Command::new("sh")\n    .arg("-c")\n    .arg(format!("ls {}", name))\n    .output()?;', 3],
      ],
      leaves: [
        'Command::new("ls").arg(name).output()?;',
        'Command::new("sh").arg("-c").arg("ls -l").output()?;',
        'Command::new("git").arg(format!("--author={}", name)).output()?;',
      ],
    },
    'tls-disabled': {
      finds: [
        'let client = Client::builder().danger_accept_invalid_certs(true).build()?;',
        'builder.set_verify(SslVerifyMode::NONE);',
      ],
      leaves: [
        'let client = Client::builder().danger_accept_invalid_certs(false).build()?;',
        'builder.set_verify(SslVerifyMode::PEER);',
      ],
    },
    'weak-hash': {
      finds: ['let password_hash = Md5::digest(password);', 'let token = sha1::Sha1::from(secret);'],
      leaves: ['let etag = md5::compute(body);', 'let password_hash = Sha256::digest(password);'],
    },
    'hard-coded-secret': {
      finds: ['const DB_PASSWORD: &str = "tr0ub4dor-Till-7c1f9e2b";', 'let api_key = "f3b9c2d8a1e64b07";'],
      leaves: [
        'let password = env::var("PASSWORD_2")?;',
        'let password = "changeme123";',
        '#[cfg(test)]\nmod tests {\n    const PASSWORD: &str = "tr0ub4dor-Till-7c1f9e2b";\n}',
      ],
    },
    'unwrap-in-result': {
      finds: [
        'let text = fs::read_to_string(name).unwrap();',
        ['let first = lines\n    .next()\n    .unwrap();', 3],
        'let value: i64 = name.parse().unwrap();',
      ],
      leaves: [
        'let text = fs::read_to_string(name)?;',
        'let text = name.parse().unwrap_or(0);',
        'let guard = shared.lock().unwrap();',
        'let pattern = Regex::new(r"^\\d+$").unwrap();',
        'let text = fs::read_to_string(name).expect("the manifest was checked before");',
        'fn main() {\n    fs::read_to_string("a").unwrap();\n}',
        '#[test]\nfn reads() -> Result<(), Error> {\n    fs::read_to_string("a").unwrap();\n    Ok(())\n}',
        '#[cfg(test)]\nmod tests {\n    fn read() -> Result<(), Error> {\n        fs::read_to_string("a").unwrap();\n        Ok(())\n    }\n}',
        '/// let text = fs::read_to_string(name).unwrap();\nfn f() -> Result<(), Error> { Ok(()) }',
        'let s = r#"x.unwrap()"#;',
        'if first.is_some() {\n    use_it(first.unwrap());\n}',
      ],
    },
    'unsafe-without-reason': {
      finds: [
        'unsafe { *pointer = 1; }',
        'unsafe impl Send for Handle {}',
        ['let value =\n    unsafe { *pointer };', 2],
      ],
      leaves: [
        '// SAFETY: the pointer comes from Box::into_raw above.\nunsafe { *pointer = 1; }',
        'unsafe { *pointer = 1; } // SAFETY: checked above',
        '// SAFETY: checked above.\nlet value = unsafe { *pointer };',
        'unsafe {\n    // SAFETY: checked above.\n    *pointer = 1;\n}',
        'pub unsafe fn raw(pointer: *mut u8) {\n    unsafe { *pointer = 1 };\n}',
        'let s = "unsafe { }";',
      ],
    },
    unfinished: {
      finds: ['todo!();', 'unimplemented!("later")'],
      leaves: ['// todo!()\nuse_it(1);', 'let s = "todo!()";', 'unreachable!();', '#[test]\nfn t() { todo!() }'],
    },
    'panic-in-result': {
      finds: ['if name.is_empty() { panic!("no name"); }'],
      leaves: [
        'return Err(Error::NoName);',
        'fn check(name: &str) { if name.is_empty() { panic!("no name"); } }',
        'let s = "panic!()";',
      ],
    },
    'discarded-result': {
      finds: ['let _ = fs::remove_file(name);', 'let _ = file.write_all(data);', 'let _ = tx.commit().await;'],
      leaves: [
        'fs::remove_file(name)?;',
        'let _ = fs::remove_file(name); // may be gone already',
        '// It may be gone already.\nlet _ = fs::remove_file(name);',
        'let _ = sender.send(1);',
        'let _guard = file.write_all(data);',
      ],
    },
    'swallowed-error': {
      finds: [
        ['match save(name) {\n    Ok(saved) => use_it(saved),\n    Err(_) => {}\n}', 3],
        ['match save(name) {\n    Err(_e) => (),\n    Ok(x) => use_it(x),\n}', 2],
      ],
      leaves: [
        'match save(name) {\n    Ok(_) => {}\n    Err(error) => log(error),\n}',
        'match save(name) {\n    Ok(_) => {}\n    // It was only a cache.\n    Err(_) => {}\n}',
        'match save(name) {\n    Ok(_) => {}\n    Err(_) => return Ok(()),\n}',
      ],
    },
    'mutable-static': {
      finds: ['static mut COUNTER: u32 = 0;'],
      leaves: ['static COUNTER: AtomicU32 = AtomicU32::new(0);', 'let mut counter = 0;'],
    },
    'loop-bound': {
      finds: ['for i in 0..=items.len() {\n    use_it(items[i]);\n}'],
      leaves: [
        'for i in 0..items.len() {\n    use_it(items[i]);\n}',
        'for i in 0..=items.len() {\n    use_it(&items[..i]);\n}',
        'for i in 0..=items.len() {\n    use_it(others[i]);\n}',
      ],
    },
    complexity: { finds: [long(20)], leaves: [long(19)] },
  },
});
