/** The operations of a plan or a run by kind, each with a few of its contacts. */
import type { OperationKind, Reason } from "../../plan/operations.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { number, type View } from "./layout.tsx";

/** Shows the kinds of operations, collapsed. */
export function Kinds({ view, summary }: { readonly view: View } & Pick<RunDocument, "summary">) {
  const { t } = view;
  return (
    <>
      {Object.entries(summary).map(([name, { count, first }]) => (
        <details>
          <summary>
            {t(`operation.${name as OperationKind}`)} <strong>{number(view, count)}</strong>
          </summary>
          <ul>
            {first.map((one) => (
              <li>
                {one.contact} <small>{t(`reason.${one.reason as Reason}`)}</small>
              </li>
            ))}
            {count > first.length && <li>{t("job.more", { count: count - first.length })}</li>}
          </ul>
        </details>
      ))}
    </>
  );
}
