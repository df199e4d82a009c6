/**
 * Faults and the clock of running simulators, set from outside: `POST /fault` with a service, a piece of
 * `METHOD /path`, what goes wrong and how often; `POST /clock` with seconds to pass; `DELETE /fault` ends them all.
 */
import { type Asked, type Fault, type Reply, type Service, serve } from "./server.ts";

/** What can be made to go wrong, by name; "late" faults let the effect take place. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "503": { reply: { status: 503, body: {} }, when: "before" },
  "503-late": { reply: { status: 503, body: {} }, when: "after" },
  "429": { reply: { status: 429, html: "", headers: { "Retry-After": "1" } }, when: "before" },
  html: { reply: { status: 200, html: "<!doctype html><title>Oops</title>" }, when: "after" },
  reset: { reset: "before" },
  "reset-late": { reset: "after" },
  truncated: { truncated: true },
  slow: { slow: 3_000 },
};

interface Wish {
  readonly service: "copper" | "mailchimp";
  readonly match: string;
  readonly fault: string;
  left: number;
}

/** @param passTime moves the services' clock by so many seconds */
export async function control(
  services: { readonly copper: Service; readonly mailchimp: Service },
  passTime: (seconds: number) => void,
): Promise<Service> {
  let wishes: Wish[] = [];
  const faultOf = (service: Wish["service"]) => (asked: Asked) => {
    const wish = wishes.find(
      (one) => one.service === service && one.left > 0 && `${asked.method} ${asked.path}`.includes(one.match),
    );
    if (wish === undefined) return undefined;
    wish.left -= 1;
    return FAULTS[wish.fault];
  };
  services.copper.fault = faultOf("copper");
  services.mailchimp.fault = faultOf("mailchimp");
  const wrong: Reply = { status: 422, body: { faults: Object.keys(FAULTS), services: Object.keys(services) } };
  return serve({ port: 0, latency: 0, connections: 100, tooMany: wrong }, ({ method, path, body }) => {
    const said = (body ?? {}) as Record<string, unknown>;
    if (method === "POST" && path === "/clock" && Number.isFinite(Number(said.seconds))) {
      passTime(Number(said.seconds));
      return { status: 204 };
    }
    if (method === "DELETE" && path === "/fault") {
      wishes = [];
      return { status: 204 };
    }
    const service = said.service as Wish["service"];
    if (method !== "POST" || path !== "/fault" || !(String(said.fault) in FAULTS) || !(service in services))
      return wrong;
    wishes.push({ service, match: String(said.match ?? ""), fault: String(said.fault), left: Number(said.times ?? 1) });
    return { status: 204 };
  });
}
