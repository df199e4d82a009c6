/** A mail server on loopback, as small as can be. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Starts a mail server that refuses some recipients. @param refused what the address of such a recipient has in it */
export async function mailServer(refused = "nobody@") {
  const to: string[] = [];
  const texts: string[] = [];
  /** All commands, except for the text of a message. */
  const commands: string[] = [];
  const server = createServer((socket) => {
    let text: string | undefined;
    let recipient = "";
    socket.on("error", () => undefined);
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      if (text !== undefined) {
        text += chunk;
        if (!text.endsWith("\r\n.\r\n")) return;
        to.push(recipient);
        texts.push(text);
        text = undefined;
        socket.write("250 taken\r\n");
        return;
      }
      for (const line of String(chunk).split("\r\n").filter(Boolean)) {
        commands.push(line);
        if (/^RCPT/i.test(line)) recipient = /<(.*)>/.exec(line)![1]!;
        if (/^DATA/i.test(line)) text = "";
        const no = /^RCPT/i.test(line) && line.includes(refused);
        if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
        else if (/^EHLO/i.test(line)) socket.write("250-here\r\n250 AUTH PLAIN\r\n");
        else if (/^AUTH/i.test(line)) socket.write("235 welcome\r\n");
        else socket.write(no ? "550 nobody here\r\n" : text === "" ? "354 go on\r\n" : "250 ok\r\n");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { to, texts, commands, port, smtp: `smtp://127.0.0.1:${port}`, close: () => server.close() };
}
