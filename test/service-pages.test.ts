/** Links to a contact's page at either service: only where the API is the service's own. */
import { expect, test } from "vitest";
import { COPPER } from "../src/services/copper.ts";
import { MAILCHIMP } from "../src/services/mailchimp.ts";

test.each([
  ["https://us21.api.mailchimp.com/3.0", "https://us21.admin.mailchimp.com/lists/members/view?id="],
  ["https://us21.api.mailchimp.com", "https://us21.admin.mailchimp.com/lists/members/view?id="],
  ["http://us21.api.mailchimp.com", undefined],
  ["https://us21.api.mailchimp.com.exemple.fr/", undefined],
  ["http://127.0.0.1:8000/3.0", undefined],
])("members of %s are at %s", (api, page) => expect(MAILCHIMP.pages(api)).toBe(page));
test.each([
  ["https://api.copper.com/developer_api/v1", "42", "https://app.copper.com/companies/42/app#/contact/"],
  ["https://api.copper.com", "42", "https://app.copper.com/companies/42/app#/contact/"],
  ["https://api.copper.com/developer_api/v1", "", undefined],
  ["https://api.copper.com/developer_api/v1", "4/2", undefined],
  ["https://api.copper.com.exemple.fr/", "42", undefined],
  ["http://127.0.0.1:8000", "42", undefined],
])("people of %s, account %j, are at %s", (api, account, page) => expect(COPPER.pages(api, account)).toBe(page));
