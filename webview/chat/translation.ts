// The chat page's texts.
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import type { Translation as SharedTranslation } from '../shared/translation';

export type Translation = SharedTranslation<ChatStringKey>;
