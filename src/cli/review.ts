/** `deletions review`: asks for a decision on each person marked for deletion, with the facts (D3, D4). */
import { cancel, intro, isCancel, note, outro, select, text } from "@clack/prompts";
import { inOneRun, withLease } from "../app/decide-on-people.ts";
import { decide } from "../app/decisions/decide.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { type Pending, pending } from "../app/pending-decisions.ts";
import type { Wired } from "../app/wired.ts";
import type { TextWith } from "../i18n/texts.ts";
import { withWired } from "../main/with-wired.ts";
import type { Decided, Decision } from "../plan/decision.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { decidedLine } from "./deletions-commands.ts";

type Answer = Decision | "skip" | "rest-archive" | "rest-ignore" | "quit";

/**
 * The command. Ctrl-C leaves the remaining people unchanged.
 * @throws UsageError if there is no terminal to ask on
 */
export function reviewCommand(terminal: Terminal): Promise<number> {
  const { t } = terminal;
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new UsageError(t("review.noTerminal"));
  return withWired((wired) =>
    withLease(wired, async () => {
      const people = await pending(wired);
      intro(t("review.title", { count: people.length }));
      if (people.length === 0) {
        outro(t("deletions.none"));
        return EXIT.ok;
      }
      const counts: Record<string, number> = {};
      const report = (done: Decided) => {
        counts[done.result] = (counts[done.result] ?? 0) + 1;
        terminal.print(`│  ${decidedLine(done, terminal)}\n`);
      };
      await inOneRun(wired, report, async (parts, told) => {
        let rest: Decision | undefined;
        for (const [index, person] of people.entries()) {
          const decision = rest ?? (await ask(wired, person, index, people.length, terminal));
          if (decision === "quit") break;
          if (decision === "rest-archive" || decision === "rest-ignore")
            rest = decision === "rest-archive" ? "archive" : "ignore";
          const chosen: Decision | "skip" = rest ?? (decision as Decision | "skip");
          if (chosen !== "skip") told(await decide(parts, person.personId, chosen, false));
        }
      });
      const words = Object.entries(counts).map(([result, count]) =>
        t(`review.did.${result}` as "review.did.archived", { count }),
      );
      outro(words.length === 0 ? t("review.didNothing") : words.join(", "));
      return counts.failed ? EXIT.partial : EXIT.ok;
    }),
  );
}

/** Shows the facts about one person and asks for a decision. A deletion must be confirmed by typing a word (D4). */
async function ask(wired: Wired, person: Pending, index: number, of: number, terminal: Terminal): Promise<Answer> {
  const { t } = terminal;
  const { person: known, member } = await wired.store.contact({ personId: person.personId });
  const about = known?.about;
  const pair = (name: TextWith, value: string) => t("pair", { name: t(name), value });
  const contacted = about?.lastContactedAt
    ? `${t("review.contacted")} ${terminal.when(new Date(about.lastContactedAt * 1000).toISOString())}`
    : t("review.neverContacted");
  const facts = [
    person.emails.join(", "),
    pair(
      "review.copper",
      [person.tag, [about?.title, about?.company].filter(Boolean).join(", ") || "–", contacted].join(" · "),
    ),
    pair(
      "review.mailchimp",
      `${t(`status.${person.member}` as "status.none")} ${(member?.tags ?? []).map((tag) => tag.name).join(", ")}`,
    ),
    pair("review.since", terminal.when(person.since)),
  ];
  note(facts.join("\n"), `${index + 1}/${of}  ${person.name} (${person.personId})`);
  const answer = await select<Answer>({
    message: t("review.question"),
    options: [
      {
        value: "archive",
        label: t("review.archive"),
        hint: t("review.means.archive", { tag: wired.policy.tagNames.archive }),
      },
      { value: "delete", label: t("review.delete"), hint: t("review.means.delete") },
      { value: "ignore", label: t("review.ignore"), hint: t("review.means.ignore") },
      { value: "skip", label: t("review.skip") },
      { value: "rest-archive", label: t("review.restArchive") },
      { value: "rest-ignore", label: t("review.restIgnore") },
      { value: "quit", label: t("review.quit") },
    ],
  });
  if (isCancel(answer)) {
    cancel(t("review.cancelled"));
    return "quit";
  }
  if (answer !== "delete") return answer;
  const word = t("review.word");
  const typed = await text({ message: t("review.typeWord", { word, name: person.name }) });
  if (isCancel(typed)) return "quit";
  return typed.trim().toLowerCase() === word.toLowerCase() ? "delete" : "skip";
}
