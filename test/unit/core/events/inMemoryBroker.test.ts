import { describeEventBroker } from '../../../support/eventBrokerContract';
import { InMemoryStream } from '../../../support/inMemoryBroker';

describeEventBroker('InMemoryStream', () => {
  const stream = new InMemoryStream();
  return Promise.resolve({
    open: () => stream.open(),
    breakConnections: () => {
      stream.cut();
      stream.restore();
      return Promise.resolve();
    },
  });
});
