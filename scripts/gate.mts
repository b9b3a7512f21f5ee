// `npm run gate`: what n8n's scanner, which decides about verification, finds in every package that
// would be published, warnings included, as JSON. The package must be built.
import { gateFindings, withCandidates } from './packages/rehearsal.mts';

const found = await withCandidates(async (candidates) => {
	const entries: Array<[name: string, findings: string[]]> = [];
	for (const candidate of candidates) {
		entries.push([candidate.name, await gateFindings(candidate)]);
	}
	return Object.fromEntries(entries);
});
console.log(JSON.stringify(found, null, '\t'));
