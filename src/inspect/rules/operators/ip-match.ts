import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { NEVER, type Operator, type OperatorFactory } from "./operator.ts";

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** `@ipMatch NETWORKS`: the value is an address in one of the networks (`10.0.0.0/8,::1`). */
export const ipMatch: OperatorFactory = (argument) => networkOperator("ipMatch", argument, argument.split(","));

/** `@ipMatchFromFile FILE`: as `@ipMatch`, with the networks a line each in a file beside the rules; `#` begins a comment line. */
export const ipMatchFromFile: OperatorFactory = (argument, readDataFile) => {
  const lines = readDataFile(argument).split(/\r?\n/);
  const networks = lines.filter((line) => !/^\s*(?:#|$)/.test(line)).flatMap((line) => line.split(","));
  return networkOperator("ipMatchFromFile", argument, networks);
};

function networkOperator(name: string, argument: string, texts: readonly string[]): Operator {
  const networks = texts.map(parseNetwork);
  return {
    name,
    argument,
    need: networks.length === 0 ? NEVER : /[.:]/,
    match: (value) => {
      if (!isAddress(value)) return undefined;
      const address = ipaddr.parse(value);
      const kind = address.kind();
      return networks.some(([base, length]) => base.kind() === kind && address.match(base, length))
        ? [value]
        : undefined;
    },
  };
}

/** An address as `inet_pton` takes it: no zone, no octal. */
function isAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes("%"));
}

function parseNetwork(text: string): Network {
  const [address = "", length] = text.trim().split("/");
  const longest = isIPv4(address) ? 32 : 128;
  const bits = length === undefined ? longest : Number(length);
  if (!isAddress(address) || !/^\d*$/.test(length ?? "") || bits > longest)
    throw new SyntaxError(`"${text}" is no IP network`);
  return [ipaddr.parse(address), bits];
}
