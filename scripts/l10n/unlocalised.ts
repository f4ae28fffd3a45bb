// Finds literals that reach people without `vscode.l10n.t`: what editors' functions and properties show, and what web pages write.
import ts from 'typescript';
import { isTranslation, lineOf, type SourcePlace } from './sourceTexts';

/** Functions all of whose texts are shown. */
const SHOWING = new Set([
  'showInformationMessage',
  'showWarningMessage',
  'showErrorMessage',
  'setStatusBarMessage',
  'appendMarkdown',
  'MarkdownString',
  'TreeItem',
  'Diagnostic',
  'CodeAction',
  'markdown',
  'progress',
]);

/** Functions whose argument at this place is shown. */
const SHOWN_ARGUMENT: Readonly<Record<string, number>> = {
  UserError: 1,
  createWebviewPanel: 1,
  createCommentController: 1,
  createTerminal: 0,
};

/** Properties that are shown, of whatever object. */
const SHOWN_PROPERTIES = new Set([
  ...['label', 'title', 'description', 'detail', 'tooltip', 'placeHolder', 'placeholder', 'prompt', 'fullName'],
  ...['openLabel', 'saveLabel', 'validationMessage', 'found', 'remedy', 'heading', 'ariaLabel', 'userDescription'],
]);

/** Attributes and properties of a page's elements that people read or hear. */
const SHOWN_ATTRIBUTES = /(?:^|[\s"'])\.?(aria-label|aria-description|title|placeholder|alt|label)=("[^"]*"|'[^']*')/g;
const SHOWN_ELEMENT_PROPERTIES = new Set(['textContent', 'innerText', 'title', 'placeholder', 'ariaLabel', 'alt']);

/** Names that are the same in every language, and what is no word for people. */
const SAME_EVERYWHERE = [
  /Agent Team/g,
  /VS Code/g,
  /Node(\.js)?/g,
  /\$\([\w~-]+\)/g,
  /\(command:[^)]*\)/g,
  /https?:\/\/\S+/g,
  /\bagentTeam\.[\w.]+/g,
  /[\w.*-]*\.(agent\.md|json|md|jsonl)\b/g,
  /&#?\w+;/g,
];

/** What is left of a text for translators: two letters beside each other. */
export function hasWords(text: string): boolean {
  const rest = SAME_EVERYWHERE.reduce((left, pattern) => left.replace(pattern, ' '), text);
  return /\p{L}{2,}/u.test(rest);
}

/** A sentence, wherever it stands: it begins with a capital letter, has several words and ends like one. */
const SENTENCE = /^\p{Lu}[^\n]*\s[^\n]*[.!?…:]$/u;

/** Texts for people in code of the editor's side. */
export function unlocalisedInHost(source: ts.SourceFile): SourcePlace[] {
  const found: SourcePlace[] = [];
  const report = (node: ts.Node, text: string) =>
    found.push({ file: source.fileName, line: lineOf(node), what: text.slice(0, 80) });
  const visit = (node: ts.Node): void => {
    if (isTranslation(node) || isForDevelopers(node)) return;
    for (const shown of shownIn(node)) {
      for (const literal of literalsIn(shown)) if (hasWords(textOf(literal))) report(literal, textOf(literal));
    }
    if (isLiteral(node) && SENTENCE.test(textOf(node))) report(node, textOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const seen = new Set<string>();
  return found.filter(({ line, what }) => !seen.has(`${line} ${what}`) && seen.add(`${line} ${what}`));
}

/** What bugs say, and what goes to the log or to a model. */
function isForDevelopers(node: ts.Node): boolean {
  if (ts.isThrowStatement(node)) return /Internal error/.test(node.getText());
  if (!ts.isCallExpression(node)) return false;
  return /(^|\.)(log|onBug)(\.(trace|debug|info|warn|error))?$/.test(node.expression.getText());
}

/** The expressions below a node that people get to see. */
function shownIn(node: ts.Node): readonly ts.Expression[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const name = node.expression.getText().split('.').at(-1) ?? '';
    if (SHOWING.has(name)) return node.arguments ?? [];
    const at = SHOWN_ARGUMENT[name];
    const argument = at === undefined ? undefined : node.arguments?.[at];
    return argument ? [argument] : [];
  }
  if (ts.isPropertyAssignment(node)) return SHOWN_PROPERTIES.has(node.name.getText()) ? [node.initializer] : [];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const name = ts.isPropertyAccessExpression(node.left) ? node.left.name.text : '';
    return SHOWN_PROPERTIES.has(name) ? [node.right] : [];
  }
  return [];
}

type Literal = ts.StringLiteralLike | ts.TemplateExpression;

function isLiteral(node: ts.Node): node is Literal {
  if (ts.isTemplateExpression(node)) return true;
  return ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent) && !ts.isLiteralTypeNode(node.parent);
}

/** The literals that an expression may come to; not what is handed to functions on the way. */
function literalsIn(node: ts.Expression): Literal[] {
  if (isLiteral(node)) return [node];
  if (ts.isParenthesizedExpression(node)) return literalsIn(node.expression);
  if (ts.isConditionalExpression(node)) return [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)];
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(literalsIn);
  if (!ts.isBinaryExpression(node)) return [];
  const joins = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken];
  return joins.includes(node.operatorToken.kind) ? [...literalsIn(node.left), ...literalsIn(node.right)] : [];
}

/** The text of a literal, with `{}` for what is filled in. */
function textOf(literal: Literal): string {
  if (ts.isStringLiteralLike(literal)) return literal.text;
  return [literal.head.text, ...literal.templateSpans.map(({ literal: { text } }) => text)].join('{}');
}

/** Texts for people that a web page writes itself instead of taking them from its table. */
export function unlocalisedInPage(source: ts.SourceFile): SourcePlace[] {
  const found: SourcePlace[] = [];
  const check = (node: ts.Node, text: string) => {
    if (hasWords(text)) found.push({ file: source.fileName, line: lineOf(node), what: text.trim().slice(0, 80) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText())) checkMarkup(node, check);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const name = ts.isPropertyAccessExpression(node.left) ? node.left.name.text : '';
      if (SHOWN_ELEMENT_PROPERTIES.has(name)) for (const it of literalsIn(node.right)) check(it, textOf(it));
    }
    if (ts.isCallExpression(node) && node.expression.getText().endsWith('.setAttribute')) {
      const [name, value] = node.arguments;
      const isShown = name && ts.isStringLiteralLike(name) && /^(aria-label|title|placeholder|alt)$/.test(name.text);
      if (isShown && value) for (const it of literalsIn(value)) check(it, textOf(it));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function checkMarkup(node: ts.TaggedTemplateExpression, check: (node: ts.Node, text: string) => void): void {
  const { template } = node;
  const markup = ts.isTemplateExpression(template)
    ? [template.head.text, ...template.templateSpans.map(({ literal: { text } }) => text)].join('{}')
    : template.text;
  const bare = markup.replace(/<!--[^]*?-->/g, ' ');
  for (const [, , value = ''] of bare.matchAll(SHOWN_ATTRIBUTES)) check(node, value.slice(1, -1));
  check(node, bare.replace(/<[^>]*>/g, ' ').replaceAll('{}', ' '));
  for (const span of ts.isTemplateExpression(template) ? template.templateSpans : []) {
    for (const literal of literalsIn(span.expression)) {
      // Between tags, not inside of one: there it is the value of a class or a state.
      const before = markupBefore(template as ts.TemplateExpression, span);
      if (before.lastIndexOf('>') > before.lastIndexOf('<')) check(literal, textOf(literal));
    }
  }
}

function markupBefore(template: ts.TemplateExpression, until: ts.TemplateSpan): string {
  const index = template.templateSpans.indexOf(until);
  return [template.head, ...template.templateSpans.slice(0, index).map(({ literal }) => literal)]
    .map(({ text }) => text)
    .join('');
}
