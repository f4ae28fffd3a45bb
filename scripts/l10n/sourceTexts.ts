// Reads the texts for people out of the sources: what `vscode.l10n.t` is called with, and the tables of the web pages.
import ts from 'typescript';

/** A text for people and where it stands. */
export interface SourceText {
  /** As VS Code looks it up: the text, with a comment `text/comment`. */
  readonly key: string;
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** A place in the sources that something is wrong with. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

export interface Extraction {
  readonly texts: SourceText[];
  /** Calls whose text is no literal, so that nobody could translate it. */
  readonly unreadable: SourcePlace[];
}

/** Tables with all texts of a page: exported constants of src/protocol whose name ends so. */
const TABLE_NAME = /_STRINGS$/;

/** The one file that hands on what stands in a table. */
const TABLE_READER = 'src/vscode/webviews/translated.ts';

export function parseSource(file: string, content: string): ts.SourceFile {
  return ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
}

export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** What is written to people here goes through a function `say`, which the editor's side gives. */
const SPEAKERS = ['src/adapters/offline/', 'src/core/review/'];

/** True for `vscode.l10n.t(…)`, `l10n.t(…)` and, where people are spoken to without VS Code, `say(…)`. */
export function isTranslation(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression.getText();
  return /(^|\.)l10n\.t$/.test(callee) || (/(^|\.)say$/.test(callee) && isSpeaker(node));
}

function isSpeaker(node: ts.Node): boolean {
  const { fileName } = node.getSourceFile();
  return SPEAKERS.some((folder) => fileName.startsWith(folder));
}

export function textsOf(source: ts.SourceFile): Extraction {
  const extraction: Extraction = { texts: [], unreadable: [] };
  const visit = (node: ts.Node): void => {
    if (isTranslation(node)) readCall(node, extraction);
    else if (isTable(node)) readTable(node, extraction);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return extraction;
}

function readCall(call: ts.CallExpression, extraction: Extraction): void {
  const [message] = call.arguments;
  const { fileName } = call.getSourceFile();
  if (!message || fileName === TABLE_READER) return;
  for (const option of choices(message)) {
    const read = ts.isObjectLiteralExpression(option) ? readObject(option) : literalOf(option);
    if (read === undefined) {
      extraction.unreadable.push({ file: fileName, line: lineOf(call), what: option.getText() });
    } else {
      const { text, comment = '' } = typeof read === 'string' ? { text: read } : read;
      const key = comment === '' ? text : `${text}/${comment}`;
      extraction.texts.push({ key, text, file: fileName, line: lineOf(option) });
    }
  }
}

/** Both branches of `condition ? a : b`. */
function choices(node: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return choices(node.expression);
  return ts.isConditionalExpression(node) ? [...choices(node.whenTrue), ...choices(node.whenFalse)] : [node];
}

function readObject(node: ts.ObjectLiteralExpression): { text: string; comment?: string } | undefined {
  const value = (name: string) => {
    const property = node.properties.find((candidate) => candidate.name?.getText() === name);
    return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  };
  const message = value('message');
  const text = message && literalOf(message);
  if (text === undefined) return undefined;
  const comment = value('comment');
  const parts = comment && ts.isArrayLiteralExpression(comment) ? comment.elements.map(literalOf) : [];
  return { text, comment: parts.join('') };
}

/** The text of a literal, also of one in several parts joined by `+`. */
function literalOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [literalOf(node.left), literalOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function isTable(node: ts.Node): node is ts.VariableDeclaration {
  return (
    ts.isVariableDeclaration(node) &&
    ts.isIdentifier(node.name) &&
    TABLE_NAME.test(node.name.text) &&
    node.getSourceFile().fileName.startsWith('src/protocol/')
  );
}

function readTable(table: ts.VariableDeclaration, extraction: Extraction): void {
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && !ts.isObjectLiteralExpression(node.initializer)) {
      const text = literalOf(node.initializer);
      const { fileName } = table.getSourceFile();
      if (text === undefined) {
        extraction.unreadable.push({ file: fileName, line: lineOf(node), what: node.getText() });
      } else extraction.texts.push({ key: text, text, file: fileName, line: lineOf(node) });
    } else ts.forEachChild(node, visit);
  };
  if (table.initializer) visit(table.initializer);
}
