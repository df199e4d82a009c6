/** The figures as a table for people, and as a picture for the README. */
export interface Row {
  readonly scenario: string;
  readonly program: string;
  readonly requests: number;
  readonly floor?: number;
  /** At the services' own limits. */
  readonly seconds: number;
  readonly floorSeconds?: number;
  readonly cpuSeconds?: number;
  readonly megabytes?: number;
  /** The longest time that nothing else had its turn (ms): pages, leases. */
  readonly longestBlock?: number;
}

const times = (one: number, other: number | undefined) => (other ? `${(one / other).toFixed(2)} ×` : "–");
/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

export function markdown(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const mine = rows.find((one) => one.scenario === row.scenario)!;
    return [
      row.scenario,
      row.program,
      row.requests.toLocaleString("en"),
      times(row.requests, row.floor),
      row === mine ? "" : times(row.requests, mine.requests),
      duration(row.seconds),
      times(row.seconds, row.floorSeconds),
      row.cpuSeconds === undefined ? "–" : row.cpuSeconds.toFixed(1),
      row.megabytes === undefined ? "–" : row.megabytes.toFixed(0),
      row.longestBlock === undefined ? "–" : row.longestBlock.toFixed(0),
    ];
  });
  const head = [
    "",
    "program",
    "requests",
    "of the floor",
    "of ours",
    "time",
    "of the floor",
    "CPU s",
    "MB",
    "longest block, ms",
  ];
  const table = [head, head.map(() => "---"), ...lines];
  return `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

const WIDTH = 760;
const BAR = 26;

/** Requests of each program as bars, beside one another in each scenario. */
export function svg(rows: readonly Row[]): string {
  const length = ({ scenario, requests }: Row) => {
    const most = Math.max(...rows.filter((row) => row.scenario === scenario).map((row) => row.requests));
    return Math.max(3, (requests / most) * 380);
  };
  let y = 34;
  const parts: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.scenario !== rows[index - 1]?.scenario) {
      parts.push(`<text x="16" y="${y + 16}" class="s">${row.scenario}</text>`);
      y += BAR;
    }
    const ours = row.program === rows[0]!.program;
    parts.push(
      `<text x="32" y="${y + 16}">${row.program}</text>`,
      `<rect x="190" y="${y + 3}" width="${length(row).toFixed(0)}" height="17" rx="3" fill="${ours ? "#0a7d5a" : "#b9b3a8"}"/>`,
      `<text x="${(200 + length(row)).toFixed(0)}" y="${y + 16}">${row.requests.toLocaleString("en")} · ${duration(row.seconds)}</text>`,
    );
    y += BAR;
  }
  const style = "text{font:13px system-ui,sans-serif;fill:#333}.s{font-weight:600}.t{font-size:12px;fill:#666}";
  const dark = "@media(prefers-color-scheme:dark){text{fill:#ddd}.t{fill:#aaa}}";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 14}" role="img" aria-label="Requests and time of each program"><style>${style}${dark}</style><text x="16" y="20" class="t">requests · time at the services’ limits</text>${parts.join("")}</svg>\n`;
}
