"""Verifies what requests are authorized with, by other people's implementations of each scheme.

Prints one line of JSON with its port and the keys it made, then serves on loopback until its standard input ends.
200 with {"ok": true} means verified; 401 or 403 with a reason, that it is not.
"""

import base64
import calendar
import hashlib
import io
import json
import os
import sys
import tempfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


class Refused(Exception):
    """Why a request is not authorized; `headers` are those of the answer."""

    def __init__(self, reason, headers=(), code=401):
        super().__init__(reason)
        self.headers = headers
        self.code = code


def recent(seconds):
    """A real service looks at its clock."""
    if abs(time.time() - seconds) > 300:
        raise Refused("the time is not the server's")


def instant(text, form):
    return calendar.timegm(time.strptime(text, form))


def pem(key, private):
    if private:
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEYS = {
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
}
KEYS = {"rsa": RSA_KEY, **EC_KEYS}
HMAC_SECRET = "a shared secret that is long enough for each of the three hashes"


def public(name):
    return pem(KEYS[name], False)


# --- OAuth 1.0, oauthlib -------------------------------------------------------------------------------------------------------

from oauthlib.oauth1 import RequestValidator as Validator1  # noqa: E402
from oauthlib.oauth1 import ResourceEndpoint  # noqa: E402


class OAuth1(Validator1):
    dummy_client = "dummy"
    dummy_access_token = "dummy"
    enforce_ssl = False
    # Postman's values are shorter than the library expects.
    client_key_length = access_token_length = nonce_length = (1, 100)

    def check_nonce(self, nonce):
        return bool(nonce)

    def check_client_key(self, client_key):
        return True

    def check_access_token(self, request_token):
        return True

    def validate_client_key(self, client_key, request):
        return client_key == "consumer"

    def validate_access_token(self, client_key, token, request):
        return token == "token"

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, *arguments, **named):
        recent(int(timestamp))
        return True

    def validate_realms(self, *arguments, **named):
        return True

    def get_client_secret(self, client_key, request):
        return "consumer & secret"

    def get_access_token_secret(self, client_key, token, request):
        return "token=secret"

    def get_rsa_key(self, client_key, request):
        return public("rsa")


ENDPOINT1 = ResourceEndpoint(OAuth1())


def oauth1(request):
    valid, found = ENDPOINT1.validate_protected_resource_request(
        request.url(), http_method=request.command, body=request.text(), headers=dict(request.headers)
    )
    if not valid:
        raise Refused("the signature is wrong")
    body_hash = dict(found.oauth_params).get("oauth_body_hash")
    if body_hash:
        name = {"SHA1": "sha1", "A256": "sha256", "A512": "sha512"}[found.signature_method[-4:]]
        if base64.b64encode(hashlib.new(name, request.body).digest()).decode() != body_hash:
            raise Refused("the hash of the body is wrong")
    return {"method": found.signature_method}


# --- OAuth 2.0, oauthlib -------------------------------------------------------------------------------------------------------

from oauthlib.oauth2 import RequestValidator as Validator2  # noqa: E402
from oauthlib.oauth2 import Server  # noqa: E402


class Client:
    client_id = "client"
    user = None


class OAuth2(Validator2):
    def __init__(self):
        self.access, self.refresh = {}, {}

    def client_authentication_required(self, request, *arguments, **named):
        return True

    def authenticate_client(self, request, *arguments, **named):
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        else:
            name, secret = request.client_id, request.client_secret
        request.client = Client() if (name, secret) == ("client", "client secret") else None
        return request.client is not None

    def validate_grant_type(self, *arguments, **named):
        return True

    def validate_scopes(self, client_id, scopes, client, request, *arguments, **named):
        return set(scopes) <= {"read", "write"}

    def get_default_scopes(self, *arguments, **named):
        return ["read"]

    def get_original_scopes(self, refresh_token, request, *arguments, **named):
        return ["read", "write"]

    def validate_user(self, username, password, client, request, *arguments, **named):
        request.user = username
        return (username, password) == ("user", "pass word")

    def save_bearer_token(self, token, request, *arguments, **named):
        self.access[token["access_token"]] = token.get("scope", "")
        if "refresh_token" in token:
            self.refresh[token["refresh_token"]] = token.get("scope", "")

    def validate_refresh_token(self, refresh_token, client, request, *arguments, **named):
        request.user = "user"
        return refresh_token == "known" or refresh_token in self.refresh

    def validate_bearer_token(self, token, scopes, request):
        return token in self.access


TOKENS = OAuth2()
ENDPOINT2 = Server(TOKENS, token_expires_in=lambda request: 3600)


def token_endpoint(request):
    form = dict(urllib.parse.parse_qsl(request.text()))
    if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
        try:
            claims = jwt.decode(
                form["assertion"],
                public("rsa"),
                algorithms=["RS256"],
                audience=request.url(),
                options={"require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.PyJWTError as error:
            return 400, {}, json.dumps({"error": "invalid_grant", "error_description": str(error)})
        TOKENS.access["of-" + claims["sub"]] = "read"
        return 200, {}, json.dumps({"access_token": "of-" + claims["sub"], "token_type": "Bearer"})
    headers, body, code = ENDPOINT2.create_token_response(
        request.url(), request.command, request.text(), dict(request.headers)
    )
    return code, headers, body


def oauth2(request):
    valid, _ = ENDPOINT2.verify_request(request.url(), request.command, request.text(), dict(request.headers), ["read"])
    if not valid:
        raise Refused("the token is not known")
    return {}


# --- JWT and ASAP, PyJWT -------------------------------------------------------------------------------------------------------


def bearer(request):
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        token = urllib.parse.parse_qs(request.query()).get("token", [""])[0]
    return token


def signed(request):
    """/jwt/<algorithm>"""
    algorithm = request.target().split("/")[2]
    key = HMAC_SECRET if algorithm.startswith("HS") else public(algorithm if algorithm in EC_KEYS else "rsa")
    try:
        return jwt.decode(bearer(request), key, algorithms=[algorithm])
    except jwt.PyJWTError as error:
        raise Refused(f"{type(error).__name__}: {error}")


def asap(request):
    algorithm = request.target().split("/")[2]
    token = bearer(request)
    try:
        if jwt.get_unverified_header(token).get("kid") != "issuer/key":
            raise Refused("the key's name is another")
        key = public(algorithm if algorithm in EC_KEYS else "rsa")
        required = {"require": ["iss", "sub", "aud", "iat", "exp", "jti"]}
        claims = jwt.decode(token, key, algorithms=[algorithm], audience="the service", issuer="issuer", options=required)
    except jwt.PyJWTError as error:
        raise Refused(f"{type(error).__name__}: {error}")
    # The specification's own limit.
    if claims["exp"] - claims["iat"] > 3600:
        raise Refused("it is good for more than an hour")
    return claims


# --- AWS Signature, botocore ---------------------------------------------------------------------------------------------------

from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402


class S3Verifier(S3SigV4Auth):
    def _should_sha256_sign_payload(self, request):
        return True


def awsv4(request):
    query = urllib.parse.parse_qsl(request.query(), keep_blank_values=True)
    in_query = dict(query)
    if "X-Amz-Signature" in in_query:
        credential, names = in_query["X-Amz-Credential"], in_query["X-Amz-SignedHeaders"]
        signature, stamp = in_query["X-Amz-Signature"], in_query["X-Amz-Date"]
        session = in_query.get("X-Amz-Security-Token")
        query = [(key, value) for key, value in query if key != "X-Amz-Signature"]
        kind = SigV4QueryAuth
    else:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme != "AWS4-HMAC-SHA256":
            raise Refused("there is no signature")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        credential, names, signature = parts["Credential"], parts["SignedHeaders"], parts["Signature"]
        stamp, session = request.headers["X-Amz-Date"], request.headers.get("X-Amz-Security-Token")
        kind = None
    access, day, region, service, _ = credential.split("/")
    recent(instant(stamp, "%Y%m%dT%H%M%SZ"))
    if day != stamp[:8]:
        raise Refused("the days of the credential and of the request differ")
    if access != "AKIDEXAMPLE":
        raise Refused("the access key is not known")
    auth_class = kind or (S3Verifier if service == "s3" else SigV4Auth)
    auth = auth_class(Credentials(access, "secret/key+with=signs", session), service, region)
    encoded = urllib.parse.urlencode(query, quote_via=urllib.parse.quote, safe="-_.~")
    url = f"http://{request.headers['Host']}{request.target()}" + (f"?{encoded}" if encoded else "")
    headers = {name: request.headers[name] for name in names.split(";") if name != "host"}
    shown = request.headers.get("X-Amz-Content-Sha256")
    if shown and shown != hashlib.sha256(request.body).hexdigest():
        raise Refused("the hash of the body is wrong")
    again = AWSRequest(method=request.command, url=url, headers=headers, data=request.body)
    again.context["timestamp"] = stamp
    wanted = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    if wanted != signature:
        raise Refused("the signature is wrong; expected of\n" + auth.canonical_request(again))
    return {"service": service, "region": region}


# --- Akamai EdgeGrid, edgegrid-python ------------------------------------------------------------------------------------------

import requests  # noqa: E402
from akamai.edgegrid.edgegrid import EdgeGridAuthHeaders  # noqa: E402


def edgegrid(request):
    header = request.headers.get("Authorization", "")
    fields = dict(part.split("=", 1) for part in header.partition(" ")[2].strip(";").split(";") if "=" in part)
    auth = EdgeGridAuthHeaders(
        client_token="client-token",
        client_secret="client-secret",
        access_token="access-token",
        headers_to_sign=["X-One", "X-Two"],
        max_body=131072,
    )
    recent(instant(fields["timestamp"], "%Y%m%dT%H:%M:%S+0000"))
    again = requests.Request(
        request.command, request.url(), headers={k: v for k, v in request.headers.items()}, data=request.body
    ).prepare()
    again.url = request.url()
    if auth.make_auth_header(again, fields["timestamp"], fields["nonce"]) != header:
        raise Refused("the signature is wrong")
    return {}


# --- NTLM, pyspnego ------------------------------------------------------------------------------------------------------------

import spnego  # noqa: E402

USERS = tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False)
USERS.write("DOMAIN:user:pass word\n")
USERS.close()
os.environ["NTLM_USER_FILE"] = USERS.name


def ntlm(request):
    scheme, _, message = request.headers.get("Authorization", "").partition(" ")
    if scheme != "NTLM":
        raise Refused("nothing was sent", [("WWW-Authenticate", "NTLM")])
    # NTLM authenticates a connection, and a handler serves one.
    if not getattr(request, "acceptor", None):
        options = spnego.NegotiateOptions.use_ntlm
        request.acceptor = spnego.server(protocol="ntlm", options=options)
    try:
        answer = request.acceptor.step(base64.b64decode(message))
    except spnego.exceptions.SpnegoError as error:
        request.acceptor = None
        raise Refused(f"{type(error).__name__}: {error}")
    if not request.acceptor.complete:
        challenge = base64.b64encode(answer).decode()
        raise Refused("here is the challenge", [("WWW-Authenticate", f"NTLM {challenge}")])
    user = request.acceptor.client_principal
    # The next request on the connection is asked again: each case is to prove its own password.
    request.acceptor = None
    return {"user": user}


# --- Digest, Basic and Bearer, httpbin -----------------------------------------------------------------------------------------

import httpbin  # noqa: E402


def through_httpbin(request):
    environment = {
        "REQUEST_METHOD": request.command,
        "SCRIPT_NAME": "",
        "PATH_INFO": urllib.parse.unquote(request.target(), "latin-1"),
        "QUERY_STRING": request.query(),
        "REQUEST_URI": request.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(request.server.server_port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environment["HTTP_" + name.upper().replace("-", "_")] = value
    started = {}

    def start(status, headers, failure=None):
        started.update(code=int(status.split()[0]), headers=headers)

    body = b"".join(httpbin.app(environment, start))
    return started["code"], started["headers"], body


# --- An API key ----------------------------------------------------------------------------------------------------------------


def api_key(request):
    found = request.headers.get("X-Api-Key"), urllib.parse.parse_qs(request.query()).get("api key", [None])[0]
    if "k e&y" not in found:
        raise Refused("the key is not there")
    return {}


CHECKS = {
    "apikey": api_key,
    "asap": asap,
    "awsv4": awsv4,
    "edgegrid": edgegrid,
    "jwt": signed,
    "ntlm": ntlm,
    "oauth1": oauth1,
    "oauth2": oauth2,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one piece: the body would wait for the head's acknowledgement.
    wbufsize = -1

    def target(self):
        return self.path.partition("?")[0]

    def query(self):
        return self.path.partition("?")[2]

    def url(self):
        return f"http://{self.headers['Host']}{self.path}"

    def text(self):
        return self.body.decode("utf-8", "replace")

    def serve(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        first = self.target().split("/")[1]
        if first == "token":
            code, headers, body = token_endpoint(self)
            return self.answer(code, dict(headers).items(), body.encode())
        if first not in CHECKS:
            return self.answer(*through_httpbin(self))
        try:
            found = CHECKS[first](self)
            code, headers, told = 200, (), {"ok": True, "found": found}
        except Refused as refused:
            code, headers, told = refused.code, refused.headers, {"ok": False, "why": str(refused)}
        except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
            code, headers, told = 403, (), {"ok": False, "why": f"{type(error).__name__}: {error}"}
        self.answer(code, headers, json.dumps(told, default=str).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def answer(self, code, headers, body):
        self.send_response(code)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *arguments):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = {name: pem(key, True) for name, key in KEYS.items()}
    print(json.dumps({"port": server.server_port, "keys": keys, "secret": HMAC_SECRET}), flush=True)
    sys.stdin.read()
    os.unlink(USERS.name)


if __name__ == "__main__":
    main()
