// What a command was called with: by a person (nothing, or what a menu of VS Code passes) or by a program (an object of ours).
import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../../core/failure';

/** Marks of what menus pass: rows of our trees, comment threads and replies in them, source control, changed files. */
const MENU_MARKS = ['fromTree', 'comments', 'thread', 'inputBox', 'resourceUri', 'resourceStates'];

/** True where a person is there: they may be asked, and are told what went wrong. A program gets errors and no questions. */
export function isFromPerson(argument: unknown): boolean {
  if (argument === undefined || argument === null || argument instanceof vscode.Uri) return true;
  return typeof argument === 'object' && MENU_MARKS.some((mark) => mark in argument);
}

/** Arguments of a command. What menus pass beside rows of ours counts as none. */
export function parseArguments<T>(
  schema: z.ZodType<T>,
  args: unknown[],
  command: string,
): { value: T; fromPerson: boolean } {
  const [first] = args;
  const fromPerson = isFromPerson(first);
  const isRow = fromPerson && typeof first === 'object' && first !== null && 'fromTree' in first;
  const parsed = schema.safeParse(fromPerson && !isRow ? {} : first);
  if (parsed.success) return { value: parsed.data, fromPerson };
  throw new UserError(
    'command.bad_arguments',
    vscode.l10n.t(
      '{0} was called with arguments that it does not take: {1}',
      command,
      z.prettifyError(parsed.error).replaceAll('\n', ' '),
    ),
    { cause: parsed.error },
  );
}

/** Called before a question: throws for a program that left out `needed`, since commands with arguments never prompt. */
export function assertMayAsk(fromPerson: boolean, command: string, needed: string): void {
  if (fromPerson) return;
  throw new UserError(
    'command.bad_arguments',
    vscode.l10n.t('{0} needs "{1}" when it is called with arguments.', command, needed),
  );
}

/** A path stands for the file of that path. */
export function fileUri(uri: string | vscode.Uri): vscode.Uri {
  if (typeof uri !== 'string') return uri;
  return /^[a-z][a-z0-9+.-]+:/i.test(uri) ? vscode.Uri.parse(uri, true) : vscode.Uri.file(uri);
}

/** A file as programs name it: a `Uri`, its text, or a path. */
export const uriArgument = z.union([z.string().min(1), z.custom<vscode.Uri>((value) => value instanceof vscode.Uri)]);
