// A review as its journal keeps it, so that it can be done again in the same run.
import type { ContextItem, EventEnvelope, EventPayloads } from '../../api';
import { isTeamEvent } from '../events/teamEvent';
import { failure, type Failure } from '../failure';
import type { ReviewRequest } from './review';

type Recorded = NonNullable<EventPayloads['run.started']['review']>;

/** What `run.started` says of a review beside its places, which are its context. */
export function recordReview({ target, focus }: ReviewRequest): Recorded {
  const said = focus === undefined ? {} : { focus };
  if (target.kind === 'places') return said;
  const { scope, base, uris } = target;
  return { ...said, changes: { scope, ...(base !== undefined && { base }), ...(uris && { uris: [...uris] }) } };
}

/** The request of a recorded review; a failure for a journal that does not say what was to be reviewed. */
export function recordedReview(events: Iterable<EventEnvelope>): ReviewRequest | Failure {
  for (const event of events) {
    if (!isTeamEvent(event) || event.topic !== 'run.started') continue;
    const { context, review: { focus, changes } = {} } = event.payload;
    const said = focus === undefined ? {} : { focus };
    if (changes) return { target: { kind: 'changes', ...changes }, ...said };
    const places = context.flatMap(placeOf);
    if (places.length > 0) return { target: { kind: 'places', places }, ...said };
  }
  return failure('review.unknown', 'It is not recorded what this review was about. Start a new one.');
}

function placeOf({ uri, range }: ContextItem): { uri: string; range?: NonNullable<ContextItem['range']> }[] {
  return uri === undefined ? [] : [{ uri, ...(range && { range }) }];
}
