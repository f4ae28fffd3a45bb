// What a person does in the chat of the side bar.
import assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../../support/until';
import type { Window } from './window';

const loadTimeoutMs = 60_000;

/** Opens the side bar with the chat and waits until one can type into it. */
export async function openChat(window: Window): Promise<Frame> {
  await window.openViewContainer('Agent Team');
  return window.webviewWith('chat-input', loadTimeoutMs);
}

/** Begins a new conversation by the palette; the cursor stands in its empty input then. */
export async function newChat(window: Window): Promise<Frame> {
  await openChat(window);
  await window.runCommand('Agent Team: New chat');
  const chat = await window.webviewWith('chat-empty');
  // The last thing that the command does: nothing of it comes between what is typed from now on.
  await chat.locator('[data-testid="chat-input"]:focus').waitFor();
  return chat;
}

/** Sends a message; it is on its way when this resolves. */
export async function say(chat: Frame, text: string): Promise<void> {
  const input = chat.getByTestId('chat-input');
  await input.fill(text);
  assert.equal(await input.inputValue(), text);
  await input.press('Enter');
  await until(async () => (await input.inputValue()) === '', 'an empty input: the message was not sent');
}

/** The answers that stand in the chat with this status. */
export function answers(chat: Frame, status: string): Locator {
  return chat.locator(`[data-testid="chat-message"][data-role="assistant"][data-status="${status}"]`);
}
