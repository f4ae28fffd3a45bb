// `npm run l10n`: writes l10n/bundle.l10n.json from the sources, drops what nothing uses any more from the translations, and
// lists what lacks one.
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  BUNDLE,
  bundleOf,
  compareTables,
  englishBundle,
  extractTexts,
  LANGUAGES,
  MANIFEST_TEXTS,
  manifestTextsOf,
  readTable,
  type Table,
} from './l10n/translations';
import { projectRoot } from './vscode/projectRoot';

function write(file: string, table: Table): void {
  writeFileSync(path.join(projectRoot, file), `${JSON.stringify(table, null, 2)}\n`);
}

/** Brings one translation into the order of the English table, without what is stale; returns how many texts it lacks. */
function update(file: string, english: Table): number {
  const table = readTable(file);
  const { missing, stale, mismatched } = compareTables(english, table);
  write(
    file,
    Object.fromEntries(Object.keys(english).flatMap((key) => (table[key] === undefined ? [] : [[key, table[key]]]))),
  );
  for (const key of stale) console.log(`${file}: dropped ${JSON.stringify(key)}`);
  for (const key of mismatched) console.log(`${file}: other placeholders or links than in English: ${key}`);
  if (missing.length > 0) {
    console.log(`${file} lacks ${String(missing.length)} texts; translate and add:`);
    for (const key of missing) console.log(`  ${JSON.stringify(key)}: ${JSON.stringify(english[key])},`);
  }
  return missing.length + mismatched.length;
}

const extraction = extractTexts();
for (const { file, line, what } of extraction.unreadable)
  console.log(`${file}:${String(line)}: not a literal: ${what}`);
const bundle = englishBundle(extraction);
write(BUNDLE, bundle);
let open = extraction.unreadable.length;
for (const language of LANGUAGES) {
  open += update(bundleOf(language), bundle);
  open += update(manifestTextsOf(language), readTable(MANIFEST_TEXTS));
}
if (open === 0) console.log(`${String(Object.keys(bundle).length)} texts, all translated.`);
process.exitCode = open === 0 ? 0 : 1;
