import { answerTo } from './answer.mts';
import { askApproval } from './approval.mts';
import { searchPassages } from './knowledge.mts';
import { memoryKey } from './memory.mts';
import type {
	Agent,
	Attachment,
	BackgroundTask,
	JsonObject,
	KnowledgeBase,
	Tool,
} from './records.mts';
import { newUnit } from './run.mts';
import type { Run, Unit } from './run.mts';
import { newId } from './store.mts';
import type { Store } from './store.mts';
import { argumentsFrom } from './textWork.mts';
import { perform } from './toolbox.mts';
import { overlap, pieces } from './words.mts';

/** What a message to an agent brings along. */
export interface Ask {
	message: string;
	userId: string;
	knowledgeBases: KnowledgeBase[];
	attachments: Attachment[];
	/** Reads the core memory of the user and of the agent. */
	memory: { user: boolean; agent: boolean };
}

/** Plays a run to its end in the background and files its answer in the conversation. */
export function startRun(store: Store, run: Run, work: () => Promise<string>): void {
	store.runs.set(run.root.callId, run);
	const signal = run.stop.signal;
	store.inBackground(async () => {
		try {
			run.text = await work();
			if (run.root.role !== 'tool') fileAnswer(store, run, run.text);
			run.end('completed');
		} catch (error) {
			const { messages } = run.conversation;
			if (run.message) messages.splice(messages.indexOf(run.message), 1);
			if (signal.aborted) {
				run.error = 'The run was cancelled';
			} else if (error instanceof RunFailure) {
				run.error = error.message;
			} else {
				throw error;
			}
			const code = signal.aborted ? 'cancelled' : 'agent_error';
			run.emit(run.root, 'error', { code, message: run.error });
			run.end(signal.aborted ? 'cancelled' : 'failed');
		}
	}, signal);
}

class RunFailure extends Error {}

/** Puts a run's answer, as far as it has got, into the conversation. */
function fileAnswer(store: Store, run: Run, content: string): void {
	if (run.message) {
		run.message.content = content;
		run.conversation.updated_at = new Date().toISOString();
		return;
	}
	const { callId } = run.root;
	const answers = store.settings.ownMessageIds ? {} : { message_id: run.messageId };
	run.message = store.addMessage(run.conversation, {
		role: 'assistant',
		content,
		metadata: { call_id: callId, ...answers },
	});
}

/** An agent at work: its tools, sub-agents and questions first, then the answer bit by bit. */
export async function playAgent(
	store: Store,
	run: Run,
	unit: Unit,
	agent: Agent,
	ask: Ask,
): Promise<string> {
	const { behaviour } = agent;
	const signal = run.stop.signal;
	run.emit(
		unit,
		'start',
		{ name: agent.name, role: unit.role, input: ask.message },
		{ display_name: agent.name },
	);
	const history = run.conversation.messages.slice();
	await store.pause(behaviour.durationMs, signal);

	const findings = [...memoryOf(store, agent, ask), ...attachmentsOf(ask), ...passagesOf(ask)];
	const subAgent = subAgentFor(store, agent, ask.message);
	if (subAgent) {
		const nested = newUnit('sub_agent', subAgent.name, unit);
		const answer = await playAgent(store, run, nested, subAgent, ask);
		findings.push(`${subAgent.name} answered: ${answer}`);
	}
	const tool = toolFor(agent, ask.message);
	if (tool) findings.push(await callTool(store, run, unit, agent, tool, ask.message));
	if (behaviour.question) findings.push(await askQuestion(store, run, unit, behaviour.question));

	const text = behaviour.answer ?? answerTo({ agent, message: ask.message, history, findings });
	if (behaviour.artifact) makeArtifact(store, run, unit, behaviour.artifact, text);
	const task =
		behaviour.backgroundTaskMs === null ? null : startTask(store, run, behaviour.backgroundTaskMs);

	const deltas = pieces(text, behaviour.deltas);
	for (const [index, delta] of deltas.entries()) {
		if (index === behaviour.errorAfter) throw new RunFailure('The agent failed midway');
		await store.pause(behaviour.deltaDelayMs, signal);
		run.emit(unit, 'delta', delta, { content_type: 'text/markdown' });
		if (store.settings.unfinishedAnswers && unit === run.root) {
			fileAnswer(store, run, deltas.slice(0, index + 1).join(''));
		}
	}
	if (behaviour.errorAfter !== null && behaviour.errorAfter >= deltas.length) {
		throw new RunFailure('The agent failed at its end');
	}
	const endings = { result: { result: text }, text: { text }, string: text, empty: {} };
	const metadata = task && { background_tasks: [{ task_id: task.id, status: task.status }] };
	run.emit(unit, 'end', endings[behaviour.end], metadata);
	return text;
}

/** A tool at work, after approval where it needs one. A denial is an outcome, not an error. */
export async function playTool(
	store: Store,
	run: Run,
	unit: Unit,
	call: { agentId: string; tool: Tool; arguments: JsonObject },
): Promise<JsonObject> {
	const { tool } = call;
	run.emit(
		unit,
		'start',
		{ name: tool.name, role: 'tool', input: call.arguments },
		{ display_name: tool.name, icon: 'wrench' },
	);
	let args = call.arguments;
	if (tool.requireApproval) {
		const approval = await askApproval(store, run, unit, call);
		if (approval.status !== 'approved') {
			const outcome = { status: approval.status, reason: approval.reason };
			run.emit(unit, 'end', { result: outcome });
			return outcome;
		}
		args = approval.arguments;
	}
	await store.pause(store.settings.toolMs, run.stop.signal);
	const outcome = { status: 'done', output: perform(tool, args) };
	run.emit(unit, 'end', { result: outcome.output });
	return outcome;
}

async function callTool(
	store: Store,
	run: Run,
	parent: Unit,
	agent: Agent,
	tool: Tool,
	message: string,
): Promise<string> {
	const unit = newUnit('tool', tool.name, parent);
	const outcome = await playTool(store, run, unit, {
		agentId: agent.id,
		tool,
		arguments: argumentsFrom(message, tool.parameters),
	});
	if (outcome.status === 'done') return `${tool.name}: ${JSON.stringify(outcome.output)}`;
	const reason = outcome.reason === null ? '' : ` (${String(outcome.reason)})`;
	return `I did not use ${tool.name}: the approval was ${String(outcome.status)}${reason}.`;
}

/** The tool set by a test, or the one whose name's words are all in the message. */
function toolFor(agent: Agent, message: string): Tool | undefined {
	const { tool: chosen } = agent.behaviour;
	return agent.tools.find(({ name }) =>
		chosen === null ? overlap(name.replaceAll('_', ' '), message) === 1 : name === chosen,
	);
}

/** The sub-agent whose name ("EmailsAgent") has a word in common with the message. */
function subAgentFor(store: Store, agent: Agent, message: string): Agent | undefined {
	return agent.subAgents
		.map((id) => store.agent(id))
		.find(({ name }) => overlap(name.replace(/Agent$/, ''), message) > 0);
}

function memoryOf(store: Store, agent: Agent, { memory, userId }: Ask): string[] {
	const blocks = [
		memory.user && store.memory.get(memoryKey('core', 'user', userId)),
		memory.agent && store.memory.get(memoryKey('core', 'agent', agent.id)),
	];
	return blocks.flatMap((block) => (block ? [`I keep in mind: ${block.content}`] : []));
}

function attachmentsOf({ attachments }: Ask): string[] {
	return attachments.map(({ filename, content }) => `${filename} has ${content.length} bytes.`);
}

function passagesOf({ knowledgeBases, message }: Ask): string[] {
	return knowledgeBases.flatMap((knowledgeBase) =>
		searchPassages(knowledgeBase, message)
			.slice(0, 2)
			.map(({ content, source_file }) => `${content} [${source_file}]`),
	);
}

async function askQuestion(
	store: Store,
	run: Run,
	unit: Unit,
	items: NonNullable<Agent['behaviour']['question']>,
): Promise<string> {
	const id = newId('q');
	const { signal } = run.stop;
	const answers = await new Promise<JsonObject>((resolve, reject) => {
		const question = {
			id,
			conversation_id: run.conversation.id,
			items,
			answers: null,
			answered: resolve,
		};
		store.questions.set(id, question);
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
		run.emit(unit, 'question_required', { id, conversation_id: run.conversation.id, items });
	});
	run.emit(unit, 'question_answered', { id, answers });
	return items.map((item) => `${item.question} ${String(answers[item.id])}`).join('\n');
}

function makeArtifact(store: Store, run: Run, unit: Unit, type: string, content: string): void {
	const now = new Date().toISOString();
	const artifact = {
		id: newId('art'),
		conversation_id: run.conversation.id,
		artifact_type: type,
		content,
		state: {},
		created_at: now,
		updated_at: now,
	};
	store.artifacts.set(artifact.id, artifact);
	run.emit(unit, 'artifact_started', { artifact_id: artifact.id, artifact_type: type });
	run.emit(unit, 'artifact_completed', { artifact_id: artifact.id, artifact_type: type });
}

function startTask(store: Store, run: Run, ms: number): BackgroundTask {
	const now = new Date().toISOString();
	const task: BackgroundTask = {
		id: newId('task'),
		conversation_id: run.conversation.id,
		call_id: run.root.callId,
		status: 'running',
		created_at: now,
		updated_at: now,
		stop: new AbortController(),
	};
	store.tasks.set(task.id, task);
	store.inBackground(async () => {
		await store.pause(ms, task.stop.signal);
		task.status = 'completed';
		task.updated_at = new Date().toISOString();
	}, task.stop.signal);
	return task;
}
