import * as z from 'zod';
import * as vscode from 'vscode';
import { UserError } from '../../core/failure';

/** Arguments of a command; what menus pass (a Uri and their own data) counts as none. */
export function parseArguments<T>(
  schema: z.ZodType<T>,
  args: unknown[],
  command: string,
): { value: T; fromPerson: boolean } {
  const [first] = args;
  const fromPerson = first === undefined || first === null || first instanceof vscode.Uri;
  const parsed = schema.safeParse(fromPerson ? {} : first);
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
