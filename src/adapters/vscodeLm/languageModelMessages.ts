// Our messages as VS Code's Language Model API wants them: it knows users and assistants only.
import * as vscode from 'vscode';
import type { AssistantMessage, ChatMessage, ContentPart } from '../../core/model/chatModel';

type Part = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart | vscode.LanguageModelToolResultPart;

/** Newer than the oldest release that we run on; looked for at run time. */
interface DataPartConstructor {
  image(data: Uint8Array, mimeType: string): Part;
}

export interface ConvertedMessages {
  messages: vscode.LanguageModelChatMessage[];
  /** How many images were replaced by a note, because the model takes none. */
  imagesDropped: number;
}

const { User, Assistant } = vscode.LanguageModelChatMessageRole;

/**
 * System prompts become user messages. The results of one turn's calls stand together in one user message, which
 * vendors that pair them strictly want. Messages without content are left out.
 */
export function toLanguageModelMessages(messages: readonly ChatMessage[], acceptsImages: boolean): ConvertedMessages {
  const converted: vscode.LanguageModelChatMessage[] = [];
  const dataPart = acceptsImages ? dataPartConstructor() : undefined;
  let imagesDropped = 0;
  let isAfterTool = false;
  for (const message of messages) {
    const parts = partsOf(message, (image) => {
      if (dataPart) return dataPart.image(Buffer.from(image.base64, 'base64'), image.mimeType);
      imagesDropped += 1;
      return new vscode.LanguageModelTextPart('[An image was left out: this model takes no images.]');
    });
    const last = converted.at(-1);
    if (parts.length === 0) continue;
    if (message.role === 'tool' && isAfterTool && last) last.content.push(...parts);
    else converted.push(new vscode.LanguageModelChatMessage(message.role === 'assistant' ? Assistant : User, parts));
    isAfterTool = message.role === 'tool';
  }
  return { messages: converted, imagesDropped };
}

/** True where this VS Code can carry images to a model at all. */
export function canCarryImages(): boolean {
  return dataPartConstructor() !== undefined;
}

function dataPartConstructor(): DataPartConstructor | undefined {
  return (vscode as unknown as { LanguageModelDataPart?: DataPartConstructor }).LanguageModelDataPart;
}

type ImagePart = Extract<ContentPart, { type: 'image' }>;

function partsOf(message: ChatMessage, convertImage: (image: ImagePart) => Part): Part[] {
  switch (message.role) {
    case 'system':
      return textParts(message.text);
    case 'user':
      return message.content.flatMap((part) => (part.type === 'text' ? textParts(part.text) : [convertImage(part)]));
    case 'assistant':
      return [...textParts(message.text), ...callParts(message)];
    case 'tool': {
      // A vendor may reject a result without content.
      const content = [new vscode.LanguageModelTextPart(message.text || '(no output)')];
      return [new vscode.LanguageModelToolResultPart(message.toolCallId, content)];
    }
  }
}

function callParts({ toolCalls }: AssistantMessage): Part[] {
  return toolCalls.map((call) => new vscode.LanguageModelToolCallPart(call.id, call.name, call.arguments));
}

function textParts(text: string): Part[] {
  return text === '' ? [] : [new vscode.LanguageModelTextPart(text)];
}
