// How the backend of events fares: alone, or with a team.
import type { ExchangeHealth } from './eventExchange';

export type BackendHealth = { backend: 'embedded' } | ({ backend: 'redis' } & ExchangeHealth);
