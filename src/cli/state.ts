import { existsSync } from "node:fs";
import { openStore } from "../app.ts";
import type { LoadedConfig } from "../config/load.ts";
import { stateFolder } from "../state-folder.ts";
import type { EmbeddedStore } from "../store/incidents.ts";
import { UsageError } from "./exit.ts";

/** The store that a gateway has filled. Throws `UsageError` where there is none, rather than make one. */
export function openFilledStore(loaded: LoadedConfig): EmbeddedStore {
  const folder = stateFolder(loaded);
  if (!existsSync(folder))
    throw new UsageError(
      `${loaded.file}: state: ${folder} is not there; name the configuration of the gateway with -c`,
    );
  return openStore(loaded);
}
