#!/bin/sh
# Makes what squid-ssl-bump.conf needs: a certificate authority and the store of the certificates it signs.
# usage: make-ca.sh [FOLDER] [STORE] [USER]; nothing that is there is overwritten. Clients have to trust FOLDER/ca.pem.
set -eu
folder=${1:-/etc/squid/lazaret}
store=${2:-/var/lib/squid/lazaret_certificates}
user=${3:-proxy}
certgen=/usr/lib/squid/security_file_certgen

umask 077
mkdir -p "$folder" "$(dirname "$store")"
if [ ! -e "$folder/ca-and-key.pem" ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=Lazaret proxy CA" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$folder/ca.key" -out "$folder/ca.pem"
  cat "$folder/ca.key" "$folder/ca.pem" >"$folder/ca-and-key.pem"
  rm "$folder/ca.key"
fi
[ -e "$folder/pinned-hosts.txt" ] || echo "pinned.example" >"$folder/pinned-hosts.txt"
[ -e "$store" ] || "$certgen" -c -s "$store" -M 4MB
if [ "$(id -u)" = 0 ]; then
  chown -R "$user" "$store"
  chown -R "root:$(id -gn "$user")" "$folder"
  chmod 750 "$folder"
  chmod 640 "$folder/ca-and-key.pem" "$folder/pinned-hosts.txt"
fi
chmod 644 "$folder/ca.pem"
echo "clients have to trust $folder/ca.pem"
