/** The list of all connections, those with problems first. */
import { capital, troubleText } from "../../i18n/texts.ts";
import type { RunOutcome } from "../../plan/run-document.ts";
import type { AccessToken } from "../../ports/access-tokens.ts";
import { Form, Layout, number, Table, type View, When } from "./layout.tsx";

/** A connection's row in the list. */
export interface ConnectionShown {
  readonly id: string;
  readonly name: string;
  readonly audience: string;
  /** Whether the last success is longer ago than two intervals, or there was none. */
  readonly late: boolean;
  /** When the last successful run ended (RFC 3339); `null` before the first. */
  readonly lastSuccess: string | null;
  /** The outcome of the last run; `null` before the first. */
  readonly outcome: RunOutcome | null;
  readonly conflicts: number;
  readonly marked: number;
  /** Contacts that failed in the last run. */
  readonly failures: number;
  /** Whether a job is running. */
  readonly busy: boolean;
  readonly paused: boolean;
  /** Why it cannot run (a code); `null` if it can. */
  readonly trouble: string | null;
  /** When its next run is due (ms since 1970); `null` if unknown. */
  readonly due: number | null;
  /** The valid access tokens of clients. */
  readonly links: readonly AccessToken[];
}

/** Returns how urgently a connection needs attention, from 0 to 4. */
function need(one: ConnectionShown): number {
  if (one.paused) return 0;
  if (one.trouble !== null || one.outcome === "failed" || one.outcome === "refused") return 4;
  if (one.late) return 3;
  if (one.outcome === "partial" || one.failures > 0) return 2;
  return one.marked + one.conflicts > 0 ? 1 : 0;
}
const LIGHTS = ["well", "well", "partly", "badly", "badly"] as const;

/** Returns a connection's state as a text: what needs attention comes first. */
function stateOf({ busy, paused, trouble, outcome }: ConnectionShown, { t }: View): string {
  if (busy) return t("connections.busy");
  if (paused) return t("connections.state.paused");
  if (trouble !== null) return troubleText(trouble, t);
  return outcome === null ? t("overview.new") : t(`outcome.${outcome as RunOutcome}`);
}

interface Props {
  readonly view: View & { readonly pausing: boolean };
  readonly connections: readonly ConnectionShown[];
  /** The text to search for in names and audiences. */
  readonly text: string;
  /** Whether an access token was just revoked. */
  readonly revoked: boolean;
}

/** Shows the connections, sorted by urgency and then by name. */
export function Connections({ view, connections, text, revoked }: Props) {
  const { t } = view;
  const wanted = text.trim().toLowerCase();
  const sorted = connections
    .filter((one) => `${one.name} ${one.audience}`.toLowerCase().includes(wanted))
    .sort((a, b) => need(b) - need(a) || a.name.localeCompare(b.name, view.language));
  const paused = connections.filter((one) => one.paused).length;
  const attention = connections.filter((one) => need(one) > 0).length;
  const heads = [
    ...(["state", "name", "success", "due", "marked", "conflicts", "failures"] as const),
    ...(view.pausing ? (["step"] as const) : []),
  ];
  return (
    <Layout view={view} title={t("page.connections")} bare>
      {revoked && (
        <p role="status" class="banner">
          {t("connections.revoked")}
        </p>
      )}
      <p class="summary">
        {t("connections.summary", { attention, well: connections.length - attention - paused, paused })}
        {view.audited && (
          <>
            {" · "}
            <a href="/audit">{t("page.audit")}</a>
          </>
        )}
      </p>
      <search>
        <form method="get" action="/connections">
          <input
            type="search"
            name="q"
            value={text}
            placeholder={t("connections.search")}
            aria-label={t("connections.search")}
          />
        </form>
      </search>
      <Table view={view} heads={heads.map((head) => t(`connections.${head}`))}>
        {sorted.map((one) => (
          <tr>
            <td class={one.paused || (one.outcome === null && one.trouble === null) ? "new" : LIGHTS[need(one)]}>
              <span class="light" aria-hidden="true" /> {capital(stateOf(one, view))}
            </td>
            <td class="named">
              <a href={`/connections/${encodeURIComponent(one.name)}`}>{one.name}</a> <small>{one.audience}</small>
            </td>
            <td data-label={t("connections.success")}>
              {one.lastSuccess === null ? "–" : <When view={view} time={one.lastSuccess} />}
            </td>
            <td data-label={t("connections.due")}>
              {one.paused || one.due === null ? "–" : <When view={view} time={new Date(one.due).toISOString()} />}
            </td>
            {(["marked", "conflicts", "failures"] as const).map((what) => (
              <td class="figure" data-label={t(`connections.${what}`)}>
                {number(view, one[what])}
              </td>
            ))}
            {view.pausing && (
              <td>
                <Form view={view} action={`/connections/${one.paused ? "resume" : "pause"}`}>
                  <input type="hidden" name="id" value={one.id} />
                  <button
                    type="submit"
                    class="secondary"
                    aria-label={`${t(one.paused ? "connections.resume" : "connections.pause")} ${one.name}`}
                  >
                    {t(one.paused ? "connections.resume" : "connections.pause")}
                  </button>
                </Form>
              </td>
            )}
          </tr>
        ))}
      </Table>
      <Links view={view} connections={sorted} open={revoked} />
    </Layout>
  );
}

interface LinksProps {
  readonly view: View;
  readonly connections: readonly ConnectionShown[];
  /** Whether the section is expanded. */
  readonly open: boolean;
}

/** Lists the access tokens in a collapsed section, each with its dates and a button to revoke it. */
function Links({ view, connections, open }: LinksProps) {
  const { t } = view;
  const all = connections.flatMap(({ id, name, links }) => links.map((link) => ({ id, name, ...link })));
  if (all.length === 0) return null;
  return (
    <details class="links" open={open}>
      <summary>{t("connections.links", { count: all.length })}</summary>
      <ul class="decided">
        {all.map(({ id, name, link, made, used, expires }) => (
          <li>
            <span>
              <strong>{name}</strong> <code>{link}</code>
              <small>
                {t("connections.linkMade")} <When view={view} time={made} /> ·{" "}
                {used === null ? (
                  t("connections.linkNotUsed")
                ) : (
                  <>
                    {t("connections.linkUsed")} <When view={view} time={used} />
                  </>
                )}{" "}
                · {t("connections.linkUntil")} <When view={view} time={new Date(expires).toISOString()} />
              </small>
            </span>
            <Form view={view} action="/connections/unlink">
              <input type="hidden" name="id" value={id} />
              <input type="hidden" name="link" value={link} />
              <button type="submit" class="small danger" aria-label={t("connections.revokeOf", { link, name })}>
                {t("connections.revoke")}
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </details>
  );
}
