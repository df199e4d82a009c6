/** What a client's page says of an error names nothing of the server. */
import { expect, test } from "vitest";
import { LogFolderError } from "../config/log.ts";
import { ServiceError } from "../http/answer.ts";
import { DatabaseError } from "../store/database-error.ts";
import { explained } from "./stored-backend.ts";

test("addresses and files of this machine are not shown; that the database is away is, as something that ends", () => {
  const away = explained(new DatabaseError("lost", "connect ECONNREFUSED 10.0.0.5:5432"), "en");
  expect(away).toEqual({ text: "The database cannot be reached at the moment. Nothing is lost.", passing: true });
  for (const error of [new Error("connect ECONNREFUSED 10.0.0.5:5432"), new LogFolderError("/srv/logs", "EACCES")])
    for (const language of ["en", "fr"] as const) {
      const { text, passing } = explained(error, language);
      expect(text).not.toMatch(/10\.0\.0\.5|\/srv/);
      expect([text.length > 20, passing]).toEqual([true, false]);
    }
});
test("what a service refuses is said, since the client can do something about it", () => {
  expect(explained(new ServiceError("mailchimp", "deactivated", "403"), "en").text).toContain("Mailchimp");
});
