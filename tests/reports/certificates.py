"""Certificates with their keys for tests, made on the spot: good ones, and of every kind that will not do."""

from datetime import timedelta
from functools import cache

from asn1crypto import pkcs12 as structure
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from tests import factories

PASSPHRASE = "a passphrase of the file"
DAY = timedelta(days=1)


@cache
def rsa_key(bits=2048, n=0):
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(key, *, name="Northwind Signing", begins=-10, ends=300, usage=True, issuer=None, signer=None):
    """Valid from and until so many days from noon; `usage`: for signing, None for saying nothing."""
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer or name))
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(factories.NOON + begins * DAY)
        .not_valid_after(factories.NOON + ends * DAY)
    )
    if usage is not None:
        of = [usage, False, not usage, False, False, False, False, False, False]
        made = made.add_extension(x509.KeyUsage(*of), critical=True)
    signer = signer or key
    return made.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else SHA256())


def file(key=None, *, passphrase=PASSPHRASE, chain=None, made=None, **options):
    """A PKCS#12 file."""
    key = key or rsa_key()
    encryption = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"x", key, made or certificate(key, **options), chain, encryption)


def without_key():
    return pkcs12.serialize_key_and_certificates(
        b"x", None, certificate(rsa_key()), None, BestAvailableEncryption(PASSPHRASE.encode())
    )


def without_certificate():
    return pkcs12.serialize_key_and_certificates(
        b"x", rsa_key(), None, None, BestAvailableEncryption(PASSPHRASE.encode())
    )


def with_chain():
    """A certificate that an authority issued, with that of the authority."""
    root = rsa_key(n=1)
    key = rsa_key()
    mine = certificate(key, issuer="An authority", signer=root)
    return file(key, made=mine, chain=[certificate(root, name="An authority")])


def endless():
    """A file that asks for two thousand million rounds of deriving its key."""
    made = structure.Pfx.load(file())
    made["mac_data"]["iterations"] = 2_000_000_000
    return made.dump(force=True)
