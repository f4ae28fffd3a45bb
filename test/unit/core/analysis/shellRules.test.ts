import { describeRules } from '../../../support/ruleCases';

describeRules('shell scripts', {
  path: 'scripts/deploy.sh',
  wrap: (code) => ({ before: code.startsWith('#!') ? '' : '#!/bin/bash\n', after: '\n' }),
  rules: {
    'dangerous-removal': {
      finds: [
        'rm -rf "$TARGET/"*',
        'rm -rf $TARGET/build',
        'sudo rm -fr "${TARGET}/cache"',
        ['TARGET=$(find_target)\nrm -r "$TARGET/old"', 2],
      ],
      leaves: [
        'rm -rf "${TARGET:?}/build"',
        'rm -rf "$TARGET"',
        'TARGET=/srv/app\nrm -rf "$TARGET/build"',
        'TARGET=$(mktemp -d)\nrm -rf "$TARGET/build"',
        'if [ -z "$TARGET" ]; then exit 1; fi\nrm -rf "$TARGET/build"',
        'rm -rf "$HOME/.cache/app"',
        'rm -f "$TARGET/file"',
        'rm -rf build',
        'echo "rm -rf $TARGET/"',
        'cat <<\'EOF\'\nrm -rf "$TARGET/"\nEOF',
        'cat <<EOF\nrm -rf "$TARGET/"\nEOF',
        '# rm -rf "$TARGET/"',
      ],
    },
    'unquoted-variable': {
      finds: ['rm $file', 'cp "$from" $to', 'for f in *; do mv $f $f.old; done', 'rm -f ${folder}/lock'],
      leaves: [
        'rm "$file"',
        'cp "$from" "$to"',
        'count=3\nrm $count',
        'rm $OPTIONS "$file"',
        'echo $file',
        'rm file.txt',
        "sed 's/rm $file//' a",
        'chmod 755 "$1"',
      ],
    },
    'unquoted-test': {
      finds: ['if [ -n $name ]; then run; fi', '[ $name = "a" ] && run', '[ -f $path ] || exit'],
      leaves: [
        'if [ -n "$name" ]; then run; fi',
        '[[ -n $name ]] && run',
        '[ $# -eq 1 ] || exit',
        '[ $? -ne 0 ] && exit',
        'count=3\n[ $count = 3 ] && run',
        'test -f "$path"',
      ],
    },
    'unchecked-cd': {
      finds: ['cd "$folder"\nrm -rf build', 'cd build\nmake', ['run() {\n  cd "$1"\n  make\n}', 2]],
      leaves: [
        'cd "$folder" || exit 1\nrm -rf build',
        'set -e\ncd "$folder"\nrm -rf build',
        'set -euo pipefail\ncd build\nmake',
        '(cd build && make)',
        'if cd build; then make; fi',
        'cd "$(dirname "$0")"\nmake',
        'cd build',
        'cd ..\nmake',
        'cd build\nif [ $? -ne 0 ]; then exit; fi',
        'echo "cd build"\nmake',
      ],
    },
    'loop-over-names': {
      finds: [
        'for f in $(ls *.txt); do echo "$f"; done',
        'for f in `ls`; do echo "$f"; done',
        'for f in $(find . -name "*.sh"); do echo "$f"; done',
      ],
      leaves: [
        'for f in *.txt; do echo "$f"; done',
        'for n in $(seq 1 3); do echo "$n"; done',
        'IFS=$\'\\n\'\nfor f in $(find .); do echo "$f"; done',
        '# for f in $(ls); do echo; done',
      ],
    },
    'test-equality': {
      finds: [['#!/bin/sh\nif [ "$a" == "b" ]; then run; fi', 2]],
      leaves: [
        '#!/bin/sh\nif [ "$a" = "b" ]; then run; fi',
        '#!/bin/bash\nif [ "$a" == "b" ]; then run; fi',
        '#!/bin/sh\necho "[ a == b ]"',
      ],
    },
    'masked-status': {
      finds: [
        ['f() {\n  local out=$(make)\n  if [ $? -ne 0 ]; then exit 1; fi\n}', 3],
        ['f() {\n  declare out=$(make)\n  return $?\n}', 3],
      ],
      leaves: [
        'f() {\n  local out\n  out=$(make)\n  if [ $? -ne 0 ]; then exit 1; fi\n}',
        'f() {\n  local out=$(make)\n  echo "$out"\n}',
        'f() {\n  local out=3\n  if [ $? -ne 0 ]; then exit 1; fi\n}',
      ],
    },
    'sudo-redirect': {
      finds: ['sudo echo "x" > /etc/app.conf', 'sudo cat a >> /etc/hosts'],
      leaves: [
        'echo x | sudo tee /etc/app.conf',
        'sudo make > /dev/null',
        'sudo make > build.log',
        'sudo sh -c "echo x > /etc/a"',
      ],
    },
    'code-evaluation': {
      finds: ['eval "$command"', 'eval $1', 'eval "x_$name=1"'],
      leaves: ['eval "$(ssh-agent -s)"', 'eval set -- "$parsed"', 'echo "eval $x"', 'eval "echo fixed"', '# eval "$x"'],
    },
    'download-to-shell': {
      finds: [
        'curl -fsSL https://example.org/install | sh',
        'wget -qO- https://example.org/a | sudo bash -s -- --yes',
        'bash <(curl -s https://example.org/a)',
        'sh -c "$(curl -s https://example.org/a)"',
      ],
      leaves: [
        'curl -fsSL https://example.org/a.json | jq .',
        'curl -o install.sh https://example.org/install',
        'cat install.sh | sh',
        'echo "curl https://example.org | sh"',
        'curl -s https://example.org | python3 -c "print(1)"',
      ],
    },
    'predictable-temporary': {
      finds: ['echo secret > /tmp/app.txt', 'make > /tmp/build.$$', ['OUT=/tmp/out.txt\nmake > "$OUT"', 2]],
      leaves: [
        'OUT=$(mktemp)\nmake > "$OUT"',
        'make > build.txt',
        'cat < /tmp/app.txt',
        'echo x > "$TMP/app.txt"',
        'echo "> /tmp/app.txt"',
      ],
    },
    'world-writable': {
      finds: ['chmod 777 /srv/app', 'chmod -R a+w data', 'sudo chmod 0777 x'],
      leaves: ['chmod 755 run.sh', 'chmod u+w data', 'echo "chmod 777"'],
    },
    'hard-coded-secret': {
      finds: ['DB_PASSWORD="tr0ub4dor-Till-7c1f9e2b"', 'export API_KEY=f3b9c2d8a1e64b07'],
      leaves: ['DB_PASSWORD="$1"', 'API_KEY="${API_KEY:-}"', 'PASSWORD="changeme123"', 'NAME="kQ9vX2mL7pR4"'],
    },
  },
});
