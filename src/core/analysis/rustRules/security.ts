import * as shared from '../shared/securityRules';
import { rust } from './spelling';

const QUERIES =
  /^(?:query|query_as|query_scalar|query_row|query_map|query_one|query_opt|query_all|execute|execute_batch|batch_execute|simple_query|prepare|prepare_cached|sql_query|raw_sql)$/;

export const sqlInjection = shared.sqlInjectionRule(rust, {
  remedy: 'Use a placeholder (`?` or `$1`), and bind the value.',
  statementsOf: (node) => {
    const call = rust.callOf(node);
    return call && QUERIES.test(call.method) ? call.args : [];
  },
});

const SHELL = /Command::new\("(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh"\)|Command::new\("(?:cmd|powershell)(?:\.exe)?"\)/;

export const shellInjection = shared.shellInjectionRule(rust, {
  remedy: 'Start the program itself with `Command::new(name).arg(value)`, without a shell.',
  commandOf: (node) => {
    const call = rust.callOf(node);
    if (!call || !SHELL.test(call.receiver ?? '')) return undefined;
    if (call.method === 'arg')
      return /\.arg\("(?:-\w*c|\/[cC])"\)$/.test(call.receiver ?? '') ? call.args[0] : undefined;
    const list = call.method === 'args' && call.args[0] ? rust.unwrap(call.args[0]) : undefined;
    const [option, command] = list?.type === 'array_expression' ? list.named : [];
    return /^"(?:-\w*c|\/[cC])"$/.test(option?.text ?? '') ? command : undefined;
  },
});

export const tlsDisabled = shared.tlsDisabledRule({
  nodes: ['call_expression'],
  remedy: 'Leave the check on, and add the one certificate that is needed (`add_root_certificate`).',
  isOff: (node) => {
    const call = rust.callOf(node);
    if (/^danger_accept_invalid_(?:certs|hostnames)$/.test(call?.method ?? '')) return call?.args[0]?.text === 'true';
    return call?.method === 'set_verify' && /SslVerifyMode::NONE$/.test(call.args[0]?.text ?? '');
  },
});

export const weakHash = shared.weakHashRule(rust, {
  remedy: 'For passwords use argon2, for signatures `Hmac<Sha256>`.',
  algorithmOf: (node) => {
    const callee = rust.callOf(node)?.callee ?? '';
    return /(?:^|::)(?:(Md5|Sha1)::(?:new|digest)|(md5)::compute|(sha1)::Sha1::\w+)$/i
      .exec(callee)
      ?.slice(1)
      .find(Boolean);
  },
});

export const hardCodedSecret = shared.hardCodedSecretRule(rust);
