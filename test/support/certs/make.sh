#!/bin/sh
# Makes the certificates of the TLS tests anew. They protect nothing: their keys are public.
set -eu
cd "$(dirname "$0")"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
key ca.key
openssl req -x509 -new -key ca.key -subj '/CN=Test CA' -days 36500 -out ca.crt
signed() { # name, SAN, days it is valid: -1 is expired
  key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf 'subjectAltName=%s\n' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -extfile "$1.ext" \
    -days "$3" -out "$1.crt"
}
signed good 'IP:127.0.0.1,DNS:localhost' 36500
signed expired 'IP:127.0.0.1,DNS:localhost' -1
signed wrong-host 'DNS:other.example' 36500
key self-signed.key
openssl req -x509 -new -key self-signed.key -subj '/CN=self' -addext 'subjectAltName=IP:127.0.0.1' \
  -days 36500 -out self-signed.crt
rm -f ./*.csr ./*.ext ./*.srl ca.key
