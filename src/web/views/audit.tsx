/** The audit log: who did what. */
import { textOr } from "../../i18n/texts.ts";
import type { AuditEntry } from "../../ports/audit-log.ts";
import { Layout, Nothing, Table, type View, When } from "./layout.tsx";

interface Props {
  readonly view: View;
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
}

/** Shows the audit log as a table. */
export function Audit({ view, entries }: Props) {
  const { t } = view;
  const heads = ["at", "who", "connection", "what", "detail"] as const;
  return (
    <Layout view={view} title={t("page.audit")} bare>
      {entries.length === 0 ? (
        <Nothing>{t("audit.none")}</Nothing>
      ) : (
        <Table view={view} heads={heads.map((head) => t(`audit.${head}`))}>
          {entries.map((one) => (
            <tr>
              <td>
                <When view={view} time={one.at} />
              </td>
              <td>{textOr(`audit.who.${one.who}`, one.who, t)}</td>
              <td>{one.connection || t("audit.all")}</td>
              <td>{textOr(`audit.${one.what}`, one.what, t)}</td>
              <td>{one.detail}</td>
            </tr>
          ))}
        </Table>
      )}
    </Layout>
  );
}
