// A busy canvas in both themes: icons that can be seen, subtitles that tell nodes apart.
import { expect } from '@jest/globals';
import { START, connect, flyMyAi, manualTrigger, picked, save } from './canvas.mts';
import { WEB_RESEARCHER, useEditor } from './stage.mts';

const scene = useEditor();

const subtitles = {
	Research: 'Start: Web Researcher',
	Profile: 'Start: Lead Profiler',
	Keep: 'Freeze a run',
	'When one ends': 'Web Researcher: run completed, run failed',
};

async function busyCanvas(): Promise<void> {
	const start = { resource: 'run', operation: 'start' };
	const run = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
	const freeze = { resource: 'compilation', operation: 'freeze', run };
	const trigger = {
		type: 'n8n-nodes-agent-platforms.flyMyAiTrigger',
		position: [0, 200] as [number, number],
	};
	await save(
		'busy-canvas',
		[
			manualTrigger,
			flyMyAi('Research', { ...start, agent: picked(WEB_RESEARCHER, 'Web Researcher') }),
			flyMyAi(
				'Profile',
				{ ...start, agent: picked('5eed0000-0000-4000-8000-000000000002', 'Lead Profiler') },
				{ position: [600, 0] },
			),
			flyMyAi(
				'When one ends',
				{
					events: ['completed', 'failed'],
					agents: { agent: [{ agent: picked(WEB_RESEARCHER, 'Web Researcher') }] },
				},
				trigger,
			),
			flyMyAi('Keep', freeze, { position: [300, 200] }),
		],
		connect([
			[START, 'Research'],
			['Research', 'Profile'],
			['When one ends', 'Keep'],
		]),
	);
}

for (const theme of ['light', 'dark'] as const) {
	scene(`in the ${theme} theme`, async (editor) => {
		await busyCanvas();
		await editor.openWorkflow('busy-canvas');
		await editor.setTheme(theme);
		for (const [name, subtitle] of Object.entries(subtitles)) {
			await editor.node(name).getByText(subtitle).waitFor();
			const icon = await editor.node(name).locator('img').first().getAttribute('src');
			expect(icon?.includes('.dark.svg')).toBe(theme === 'dark');
		}
		await editor.picture(`canvas-${theme}`);
	});
}
