/* Times and durations for people, in one time zone. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "340 ms", "3.4 s", "2 min 5 s", "3 h 12 min", "2 d 3 h". */
export function durationText(ms: number): string {
	if (ms < SECOND) return `${Math.round(ms)} ms`;
	if (ms < 59_950) return `${(ms / SECOND).toFixed(1)} s`;
	const pair = (big: number, bigUnit: string, small: number, smallUnit: string) => {
		const rounded = Math.round(ms / small) * small;
		const rest = Math.round((rounded % big) / small);
		return `${Math.floor(rounded / big)} ${bigUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
	};
	if (ms < HOUR - SECOND / 2) return pair(MINUTE, 'min', SECOND, 's');
	if (ms < DAY - MINUTE / 2) return pair(HOUR, 'h', MINUTE, 'min');
	return pair(DAY, 'd', HOUR, 'h');
}

/** Distances between the marks of an axis, in milliseconds. */
const DISTANCES = [
	...[1, 2, 5, 10, 20, 50, 100, 200, 500],
	...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
	...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
	...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
	...[1, 2, 5, 10, 30, 100, 365].map((days) => days * DAY),
];

/** Marks that an axis has at most. */
const MOST_MARKS = 7;

function isZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat('en-GB', { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

/** Writes times in one zone. */
export class Clock {
	readonly zone: string;
	private readonly formats = new Map<string, Intl.DateTimeFormat>();

	/** @param zone as IANA names it; times are in UTC where it is not known */
	constructor(zone: string) {
		this.zone = isZone(zone) ? zone : 'UTC';
	}

	/** "27 Nov 2026, 12:03:04". */
	full(at: number): string {
		return `${this.day(at)}, ${this.time(at)}`;
	}

	/** "27 Nov 2026". */
	day(at: number): string {
		return this.format(at, { day: 'numeric', month: 'short', year: 'numeric' });
	}

	/** "12:03:04", to the millisecond on demand. */
	time(at: number, precise = false): string {
		return this.format(at, {
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit',
			hourCycle: 'h23',
			...(precise ? { fractionalSecondDigits: 3 } : {}),
		});
	}

	/** The marks of an axis: round times of the zone between these two. */
	marks(from: number, to: number): Array<{ at: number; text: string }> {
		const least = (to - from) / MOST_MARKS;
		const last = DISTANCES.at(-1) ?? DAY;
		const distance = DISTANCES.find((each) => each >= least) ?? Math.ceil(least / last) * last;
		// Hours and days are round in the zone's own time.
		const offset = this.offset(from);
		const marks: Array<{ at: number; text: string }> = [];
		const first = Math.ceil((from + offset) / distance) * distance - offset;
		for (let at = first; at <= to; at += distance)
			marks.push({ at, text: this.mark(at, distance) });
		return marks;
	}

	/** How far the zone's own time is from UTC then. */
	private offset(at: number): number {
		const text = this.format(at, { timeZoneName: 'longOffset' });
		const [, sign, hours, minutes = '0'] = /GMT([+-])(\d+)(?::(\d+))?/.exec(text) ?? [];
		if (sign === undefined) return 0;
		return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
	}

	private mark(at: number, distance: number): string {
		if (distance >= DAY) return this.format(at, { day: 'numeric', month: 'short' });
		if (distance >= MINUTE) return this.time(at).slice(0, 5);
		return this.time(at, distance < SECOND);
	}

	private format(at: number, options: Intl.DateTimeFormatOptions): string {
		const key = Object.keys(options).join();
		const format =
			this.formats.get(key) ??
			new Intl.DateTimeFormat('en-GB', { timeZone: this.zone, ...options });
		this.formats.set(key, format);
		return format.format(at);
	}
}
