/* `npm run bench`: each figure beside a peer's of the same run, because machines differ. */
import { benchAgentFlow } from './agentflow.mts';
import { benchLoading } from './load.mts';
import { benchLargeRuns, benchPolling } from './poll.mts';
import { benchReport } from './report.mts';
import { benchWaiting } from './wait.mts';

await benchLoading();
await benchReport();
await benchPolling();
await benchLargeRuns();
await benchAgentFlow();
await benchWaiting();
