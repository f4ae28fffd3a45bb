// Claims where the backend of events has them now: it may change while reactions wait.
import type { ReactionClaims } from './reactionClaims';

export function chosenClaims(choose: () => ReactionClaims): ReactionClaims {
  return {
    isShared: (event) => choose().isShared(event),
    claim: (keys) => choose().claim(keys),
    complete: (keys, rememberMs) => choose().complete(keys, rememberMs),
    release: (keys) => choose().release(keys),
  };
}
