/** Somebody is told by mail, hook and command of what needs a human, once; none of them can fail a run. */
import { readFileSync } from "node:fs";
import { createServer as createHttp, type Server } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
let mails: string[];
let posts: string[];
let closing: (() => void)[];
let env: Record<string, string>;
beforeEach(async () => {
  own = await world();
  [mails, posts, closing] = [[], [], []];
  const smtp = mailbox();
  const hook: Server = createHttp((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      posts.push(text);
      response.end("ok");
    });
  });
  await Promise.all([smtp, hook].map((one) => new Promise<void>((ready) => one.listen(0, "127.0.0.1", ready))));
  closing.push(
    () => smtp.close(),
    () => hook.close(),
  );
  const port = (one: { address(): unknown }) => (one.address() as AddressInfo).port;
  env = {
    ...own.env,
    NOTIFY_MAIL: "zoe@exemple.fr",
    NOTIFY_SMTP_URL: `smtp://robot%40exemple.fr:mail-secret@127.0.0.1:${port(smtp)}`,
    NOTIFY_HOOK: `http://127.0.0.1:${port(hook)}/services/hook-secret`,
    NOTIFY_COMMAND: `cat > "told-$SUBJECT.txt"`,
    SYNC_LANG: "fr",
  };
});
afterEach(async () => {
  for (const close of closing) close();
  await own.close();
});

/** A mail server that takes everything. */
function mailbox() {
  return createServer((socket) => {
    let inside = false;
    let text = "";
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      if (inside) {
        text += chunk;
        if (!text.endsWith("\r\n.\r\n")) return;
        mails.push(text);
        [inside, text] = [false, ""];
        socket.write("250 taken\r\n");
        return;
      }
      for (const line of String(chunk).split("\r\n").filter(Boolean)) {
        if (/^EHLO/i.test(line)) socket.write("250-here\r\n250 AUTH PLAIN\r\n");
        else if (/^AUTH/i.test(line)) socket.write("235 in\r\n");
        else if (/^DATA/i.test(line)) {
          inside = true;
          socket.write("354 go on\r\n");
        } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
        else socket.write("250 ok\r\n");
      }
    });
  });
}
const decoded = (mail: string) => {
  const body = mail.slice(mail.indexOf("\r\n\r\n"));
  return /base64/i.test(mail)
    ? Buffer.from(body, "base64").toString()
    : body
        .replace(/=\r\n/g, "")
        .replace(/((?:=[0-9A-F]{2})+)/g, (hex) => Buffer.from(hex.replaceAll("=", ""), "hex").toString());
};

test("somebody marked for deletion is told everywhere, once, in the language set, with what to do", async () => {
  own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
  expect((await program(["sync"], env, own.folder)).exit).toBe(0);
  expect(mails).toHaveLength(1);
  expect(decoded(mails[0]!)).toContain("1 personne à supprimer attend votre décision");
  expect(decoded(mails[0]!)).toContain("deletions review");
  // By name, not by number (R2)
  expect(decoded(mails[0]!)).toContain("Ana ana@exemple.fr (🗑️ à supprimer)");
  expect(mails[0]).toMatch(/^From: robot@exemple.fr/m);
  expect(JSON.parse(posts[0]!).text).toContain("1 personne à supprimer");
  expect(
    readFileSync(
      join(own.folder, "told-Copper ↔ Mailchimp — 1 personne à supprimer attend votre décision.txt"),
      "utf8",
    ),
  ).toContain("🗑️");
  await program(["sync"], env, own.folder);
  expect([mails.length, posts.length]).toEqual([1, 1]);
});
test("nobody can be told: the run is as it was, the log says so without secrets, and the next run tells", async () => {
  own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
  const dead = {
    ...env,
    NOTIFY_SMTP_URL: "smtp://robot:mail-secret@127.0.0.1:1",
    NOTIFY_HOOK: "http://127.0.0.1:1/hook-secret",
    NOTIFY_COMMAND: "exit 3",
  };
  const { exit, out, err } = await program(["sync"], dead, own.folder);
  expect(exit).toBe(0);
  const log = readFileSync(
    join(own.folder, "logs", `sync_${new Date().toISOString().slice(0, 10).replaceAll("-", "")}.log`),
    "utf8",
  );
  expect(log).toContain("notify mail");
  expect(log).toContain("notify command: exit 3");
  for (const text of [out, err, log]) expect(text).not.toMatch(/mail-secret|hook-secret/);
  await program(["sync"], env, own.folder);
  expect(posts).toHaveLength(1);
});
test("a mail without a server is a fault of the settings, before anything is sent", async () => {
  own.writes();
  expect(await program(["sync"], { ...own.env, NOTIFY_MAIL: "zoe@exemple.fr" }, own.folder)).toMatchObject({
    exit: 2,
    err: expect.stringContaining("NOTIFY_SMTP_URL"),
  });
  expect(own.copper.asked).toEqual([]);
});
