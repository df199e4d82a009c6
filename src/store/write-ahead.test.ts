import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeAhead } from "./write-ahead.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Switches a file on that answers with this error code of SQLite, as long as there is one. */
function switched(code: () => number | undefined) {
  const exec = vi.fn(() => {
    if (code() !== undefined) throw Object.assign(new Error("refused"), { errcode: code() });
  });
  const close = vi.fn();
  const ended = vi.fn();
  const switching = writeAhead({ exec, close }).then(
    () => ended("done"),
    (error: Error) => ended(error.message),
  );
  return { exec, close, ended, switching };
}

test.each([5, 5 | (2 << 8)])("A11: a file that is locked (%i) is asked again until it is free", async (busy) => {
  let code: number | undefined = busy;
  const { exec, close, ended } = switched(() => code);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ended).not.toHaveBeenCalled();
  expect(exec.mock.calls.length).toBeLessThan(1_000);
  code = undefined;
  await vi.advanceTimersByTimeAsync(25);
  expect(ended).toHaveBeenCalledWith("done");
  expect(exec).toHaveBeenLastCalledWith("pragma journal_mode = wal");
  expect(close).not.toHaveBeenCalled();
});
test("A11: after ten seconds it is given up, and closed", async () => {
  const { close, ended } = switched(() => 5);
  await vi.advanceTimersByTimeAsync(9_975);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(25);
  expect(ended).toHaveBeenCalledWith("refused");
  expect(close).toHaveBeenCalledOnce();
});
test("what is no lock is not waited for: the file is closed", async () => {
  const { exec, close, ended } = switched(() => 26);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toHaveBeenCalledWith("refused");
  expect(close).toHaveBeenCalledOnce();
  expect(exec).toHaveBeenCalledOnce();
});
