import { expect, test } from '@jest/globals';
import { changelogOf } from '../../scripts/packages/changelog.mts';
import type { Platform } from '../../scripts/packages/platforms.mts';

const platform = (displayName: string): Platform => ({
	folder: displayName,
	slug: displayName.toLowerCase(),
	packageName: `n8n-nodes-${displayName.toLowerCase()}`,
	displayName,
	description: '',
	nodes: [],
	credentials: [],
});
const one = platform('OneAI');
const two = platform('TwoAI');

const common = `# Changelog

## 0.3.0

- **OneAI**: pauses runs.

## 0.2.0 (2026-02-01)

- Requests are sent again
  after a pause.
- **TwoAI**: a trigger.

## 0.1.0

First version.

- **OneAI** node.
- **TwoAI** node.
`;

test('a platform has the entries that name it, and those that name none', () => {
	expect(changelogOf(two, [one, two], common)).toEqual({
		version: '0.2.0',
		text: `# Changelog

## 0.2.0 (2026-02-01)

- Requests are sent again
  after a pause.
- **TwoAI**: a trigger.

## 0.1.0

- **TwoAI** node.
`,
	});
});

test('its version is that of the newest release that changed it', () => {
	expect(changelogOf(one, [one, two], common).version).toBe('0.3.0');
});

test('a platform that no entry names cannot be released', () => {
	const three = platform('ThreeAI');
	expect(() => changelogOf(three, [one, two, three], common)).toThrow(
		'CHANGELOG.md has no entry for ThreeAI',
	);
});
