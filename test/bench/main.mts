/* `npm run bench`: each figure beside a peer's of the same run, because machines differ. */
import { benchLoading } from './load.mts';
import { benchWaiting } from './wait.mts';

await benchLoading();
await benchWaiting();
