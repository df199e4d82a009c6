import { expect, test } from "vitest";
import { DatabaseError, databaseError } from "./database-error.ts";

test("A11: of a server that is down, starting or full, it is known that it may come back", () => {
  for (const code of ["ECONNREFUSED", "EAI_AGAIN", "57P03", "53300"])
    expect(databaseError("lost", Object.assign(new Error("x"), { code }))).toMatchObject({ away: true });
  for (const message of ["timeout exceeded when trying to connect", "Connection terminated unexpectedly"])
    expect(databaseError("lost", new Error(message))).toMatchObject({ away: true, message });
  for (const error of [Object.assign(new Error("x"), { code: "28P01" }), new Error("disk full"), "x", null, undefined])
    expect(databaseError("lost", error)).toMatchObject({ away: false });
});
test("an error keeps its words, whatever it is, and what is known of the server", () => {
  expect(databaseError("unreadable", "in words")).toMatchObject({ code: "unreadable", message: "in words" });
  expect(databaseError("unreadable", new Error("in words"))).toMatchObject({ message: "in words" });
  for (const away of [true, false])
    expect(databaseError("unreadable", new DatabaseError("lost", "x", away))).toMatchObject({
      code: "unreadable",
      message: "x",
      away,
    });
  // Its words do not count once it is known
  expect(databaseError("lost", new DatabaseError("lost", "timeout")).away).toBe(false);
});
