/**
 * Controls running simulators over HTTP. `POST /fault` takes a service, a part of `METHOD /path`, a fault, and how
 * often; `DELETE /fault` ends all faults; `POST /clock` takes seconds to pass.
 */
import { type Fault, type Service, type SimRequest, type SimResponse, serve } from "./server.ts";

/** The faults by name. A "late" fault happens after the request took effect. */
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

/** A requested fault, and how often it still applies. */
interface FaultRequest {
  readonly service: "copper" | "mailchimp";
  readonly match: string;
  readonly fault: string;
  left: number;
}

/**
 * Starts the control server.
 * @param services the simulators whose requests the faults apply to
 * @param passTime moves the services' clocks forward (s)
 */
export async function control(
  services: { readonly copper: Service; readonly mailchimp: Service },
  passTime: (seconds: number) => void,
): Promise<Service> {
  let requests: FaultRequest[] = [];
  const faultOf = (service: FaultRequest["service"]) => (asked: SimRequest) => {
    const request = requests.find(
      (one) => one.service === service && one.left > 0 && `${asked.method} ${asked.path}`.includes(one.match),
    );
    if (request === undefined) return undefined;
    // A fault applies as often as requested
    request.left -= 1;
    return FAULTS[request.fault];
  };
  services.copper.fault = faultOf("copper");
  services.mailchimp.fault = faultOf("mailchimp");
  const wrong: SimResponse = { status: 422, body: { faults: Object.keys(FAULTS), services: Object.keys(services) } };
  return serve({ port: 0, latency: 0, connections: 100, tooMany: wrong }, ({ method, path, body }) => {
    const said = (body ?? {}) as Record<string, unknown>;
    if (method === "POST" && path === "/clock" && Number.isFinite(Number(said.seconds))) {
      passTime(Number(said.seconds));
      return { status: 204 };
    }
    if (method === "DELETE" && path === "/fault") {
      requests = [];
      return { status: 204 };
    }
    const service = said.service as FaultRequest["service"];
    if (method !== "POST" || path !== "/fault" || !(String(said.fault) in FAULTS) || !(service in services))
      return wrong;
    requests.push({
      service,
      match: String(said.match ?? ""),
      fault: String(said.fault),
      left: Number(said.times ?? 1),
    });
    return { status: 204 };
  });
}
