import type { Disarmer } from "./disarmer.ts";
import { Message } from "./msg/message.ts";

/** Only a message has a list of properties at its root; OLE2 spells names in UTF-16. */
const PROPERTIES = Buffer.from("__properties_version1.0", "utf16le");

/** Outlook's messages (MS-OXMSG): bodies and attachments are files of their own, objects and references elsewhere go. */
export const msgDisarmer: Disarmer = {
  name: "msg",
  key: "office",
  mediaTypes: ["application/x-ole-storage"],
  takes: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(PROPERTIES),
  members: (bytes, budget) =>
    new Message(bytes)
      .contents(budget)
      .map(({ name, bytes: content, contentType }) => ({ name, bytes: content, contentType })),
  disarm: (bytes, replaced, budget) => {
    const message = new Message(bytes);
    const contents = message.contents(budget);
    message.strip();
    if (message.removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    for (const [index, content] of contents.entries())
      if (replaced.has(index)) message.replace(content, replaced.get(index));
    return { kind: "rebuilt", bytes: message.written(), removed: message.removed.list() };
  },
};
