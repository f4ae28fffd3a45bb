import type { ModelId } from '../../core/model/chatModel';

export const OFFLINE_MODEL_ID: ModelId = Object.freeze({ provider: 'offline', endpoint: 'offline', model: 'rules' });
