import { expect, test } from "vitest";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { member, person } from "../../test/records.ts";
import { addressesOf, addressNumber, sortedAddresses } from "./addresses.ts";

test("W1: an address has one row, however it is written, and the text of no address is in it", () => {
  const rows = addressesOf({ ...person, emails: ["A@b.fr", "a@b.fr ", "c@d.fr"] });
  expect(rows).toEqual(["a@b.fr", "c@d.fr"].map((address) => ({ address: addressNumber(address), key: "p7" })));
  expect(addressesOf(member)).toEqual([{ address: addressNumber("a@b.fr"), key: "mk" }]);
  expect(Number.isSafeInteger(rows[0]!.address)).toBe(true);
});
test("addresses are added in the order of the table, each once, as soon as there are enough", async () => {
  const { database, values } = postgresStatements();
  const sorted = sortedAddresses(database, "c", 3);
  const added = () => values.map((all) => all.filter((one) => typeof one === "number"));
  const row = (address: number) => ({ address, key: `p${address}` });
  await sorted.add([row(9), row(2)]);
  expect(added()).toEqual([]);
  await sorted.add([row(5)]);
  expect(added()).toEqual([[2, 5, 9]]);
  await sorted.add([row(7), row(1)]);
  await sorted.end();
  expect(added()).toEqual([
    [2, 5, 9],
    [1, 7],
  ]);
  await sorted.end();
  expect(values).toHaveLength(2);
});
