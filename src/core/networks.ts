import ipaddr from "ipaddr.js";

/** Whether an address is one of these addresses and networks (CIDR); an IPv4 address in IPv6 form counts as itself. */
export function isAmong(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const client = ipaddr.process(address);
  return networks.some((network) => {
    const [base, bits] = network.includes("/")
      ? ipaddr.parseCIDR(network)
      : [ipaddr.process(network), client.kind() === "ipv4" ? 32 : 128];
    return base.kind() === client.kind() && client.match(base, bits);
  });
}
