/** The form that maps fields, shared by the set-up and the settings: what it shows, and how its answers are parsed. */
import { z } from "zod";
import type { CustomField, NamedMerge } from "../domain/fields.ts";
import { type Choice, chosenFor, copperNames, type Line, linesFor, pairOf, unmapped } from "../setup/mapping-lines.ts";
import { mappable, newMergeFor } from "../setup/new-merge.ts";
import { givenName, parsed } from "./request-input.ts";
import type { AccountReader, PeopleRead } from "./setup-backend.ts";
import type { View } from "./views/layout.tsx";
import { copperName, type Row } from "./views/setup/fields.tsx";

const direction = z.enum(["both", "to-mailchimp", "to-copper"]);

/** What a page with the form shows. */
interface Shown {
  readonly rows: readonly Row[];
  readonly names: readonly string[];
  readonly missing: readonly string[];
  readonly reading: number | undefined;
}

/** The mapping that a form describes, and why a merge field could not be created. */
interface Taken {
  readonly lines: readonly Line[];
  readonly merges: readonly NamedMerge[];
  readonly wrong?: string;
}

/** Parses the choices, by merge tag. A merge field that the form lacks, or an unusable choice, keeps its old value. */
function choicesIn(
  form: Readonly<Record<string, unknown>>,
  merges: readonly NamedMerge[],
  customs: readonly CustomField[],
  before: ReadonlyMap<string, Choice>,
): Map<string, Choice> {
  const names = copperNames(customs);
  return new Map(
    merges.map(({ tag }) => {
      const [from, way] = [form[`from.${tag}`], direction.safeParse(form[`way.${tag}`])];
      if (typeof from !== "string" || !way.success || (from !== "" && !names.includes(from)))
        return [tag, before.get(tag) ?? { copper: "", direction: "both" }];
      return [tag, { copper: from, direction: way.data }];
    }),
  );
}

/**
 * Creates the form.
 * @param lines returns the saved lines; `undefined` before the first choice
 */
export function fieldsForm(editor: AccountReader, lines: () => readonly Line[] | undefined) {
  async function chosen() {
    const [merges, customs] = await Promise.all([editor.merges(), editor.customs()]);
    const suggested = mappable([], merges, customs);
    const choices = new Map(merges.map((merge) => [merge.tag, chosenFor(merge, lines(), suggested)]));
    return { merges, customs, choices };
  }
  return {
    /**
     * Returns what the page shows, with examples from real people.
     * @throws ServiceError if an account cannot be read
     */
    async shown(): Promise<{ readonly props: Shown; readonly read: PeopleRead }> {
      const { merges, customs, choices } = await chosen();
      const read = await editor.people();
      const rows = merges.map((merge) => {
        const choice = choices.get(merge.tag)!;
        const pair = choice.copper === "" ? undefined : pairOf(choice, merge, customs);
        return { merge, choice, examples: pair === undefined ? [] : read.sample.examples(pair) };
      });
      const reading = read.state === "going" ? read.sample.people.size : undefined;
      return { props: { rows, names: copperNames(customs), missing: unmapped(choices, customs), reading }, read };
    },
    /**
     * Parses a sent form, and creates the merge field if the form asks for one.
     * @throws ServiceError if an account cannot be read or changed
     * @throws HTTPException 400 for an unusable field name
     */
    async taken(sent: Readonly<Record<string, unknown>>, view: View): Promise<Taken> {
      const { merges, customs, choices: before } = await chosen();
      const choices = choicesIn(sent, merges, customs, before);
      const lines = linesFor(choices, merges, customs);
      if (sent.make === undefined) return { lines, merges };
      const copper = parsed(givenName, sent.make);
      const words = [view.t("answer.yes"), view.t("answer.no")] as const;
      const wanted = newMergeFor(copper, copperName(view, copper), merges, customs, words);
      const said = wanted === undefined ? copper : await editor.make(wanted);
      if (wanted === undefined || said !== undefined)
        return { lines, merges, wrong: view.t("setup.fields.notMade", { why: said ?? copper }) };
      // Read the merge fields again, to get the new one as Mailchimp stored it
      const made = await editor.merges();
      choices.set(wanted.tag, { copper, direction: "to-mailchimp" });
      return { lines: linesFor(choices, made, customs), merges: made };
    },
  };
}
