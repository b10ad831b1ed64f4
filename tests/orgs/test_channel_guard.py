"""What is sent to an address that somebody typed: only over TLS, only to the name's own public address, only so long."""

import socket
import ssl
from ipaddress import ip_address

import pytest

from orgs.channels import guard
from tests.orgs import tls

REAL = socket.getaddrinfo


@pytest.fixture
def names(monkeypatch):
    """What the resolver answers: lists of addresses by name, one list a question, the last for ever."""
    answers: dict[str, list[list[str]]] = {}
    asked = []

    def resolver(host, port, *args, **kwargs):
        if host not in answers:
            return REAL(host, port, *args, **kwargs)
        asked.append(host)
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            (family[":" in one], socket.SOCK_STREAM, 6, "", (one, port, 0, 0) if ":" in one else (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    answers["asked"] = asked
    return answers


@pytest.fixture
def hook(names, tmp_path, monkeypatch, settings):
    """A server that answers for tls.NAME, which whoever runs this installation vouches for."""
    pem = tls.certificate(tmp_path, tls.NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    settings.CHANNEL_HOSTS_ALLOWED = [tls.NAME]
    names[tls.NAME] = [["127.0.0.1"]]
    with tls.serving(pem) as served:
        served.url = f"https://{tls.NAME}:{served.port}/services/T0/B0?x=1"
        yield served


def post(url, body=b"{}"):
    return guard.post(url, body, {"Content-Type": "application/json"})


def test_what_is_sent_arrives_and_is_answered(hook):
    assert post(hook.url, b'{"text": "Hello"}') == guard.Answer(200, "ok")
    [(path, headers, body)] = hook.taken
    assert (path, body) == ("/services/T0/B0?x=1", b'{"text": "Hello"}')
    assert headers["Host"] == f"{tls.NAME}:{hook.port}"


def test_the_name_is_resolved_once(hook, names):
    """Whoever answers otherwise the second time changes nothing: the connection goes to what was judged."""
    names[tls.NAME] = [["127.0.0.1"], ["10.0.0.1"]]
    assert post(hook.url).status == 200
    assert names["asked"] == [tls.NAME]


def test_another_address_of_the_name_is_tried_where_one_does_not_answer(hook, names):
    names[tls.NAME] = [["127.0.0.2", "127.0.0.1"]]
    with socket.socket() as taken:  # nobody listens on that address
        taken.bind(("127.0.0.2", hook.port))
        assert post(hook.url).status == 200


def test_a_name_inside_the_network_is_refused(hook, settings):
    settings.CHANNEL_HOSTS_ALLOWED = []
    with pytest.raises(guard.Refused) as refused:
        post(hook.url)
    assert refused.value.why == guard.Why.FORBIDDEN
    assert hook.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.1.1",
        "169.254.169.254",  # metadata of most clouds
        "100.100.100.200",  # CGNAT, metadata of Alibaba
        "168.63.129.16",  # Azure's own
        "192.0.0.192",  # Oracle's
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",  # metadata of AWS
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
        "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
        "64:ff9b:1::1",
    ],
)
def test_nothing_goes_to_a_forbidden_address(address, names):
    assert guard.is_forbidden(ip_address(address))
    names["chat.example.test"] = [[address]]
    with pytest.raises(guard.Refused):
        guard.resolve(guard.target_of("https://chat.example.test/hook"))
    names["chat.example.test"] = [["93.184.216.34", address]]  # one that is public does not excuse the other
    with pytest.raises(guard.Refused):
        guard.resolve(guard.target_of("https://chat.example.test/hook"))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_let_through(address, names):
    names["chat.example.test"] = [[address]]
    [found] = guard.resolve(guard.target_of("https://chat.example.test/hook"))
    assert found[4][:2] == (address, 443)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.slack.com/services/T0/B0", "scheme"),
        ("ftp://hooks.slack.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("hooks.slack.com/services", "form"),
        ("https://", "form"),
        ("https:///services", "form"),
        ("https://user:secret@hooks.slack.com/", "credentials"),
        ("https://hooks.slack.com\\@127.0.0.1/", "credentials"),
        ("https://hooks.slack.com:99999/", "form"),
        ("https://hooks.slack.com:x/", "form"),
        ("https://hooks.slack.com/a b", "form"),
        ("https://hooks.slack.com/a\r\nHost: 127.0.0.1", "form"),
        ("https://hooks.slack.com/a\tb", "form"),
        ("https://hooks.slack.com/#part", "form"),
        ("https://hóoks.example/", "form"),
        ("https://-.example/", "form"),
        ("https://[::1]/", "forbidden"),
        ("https://[fe80::1%25eth0]/", "forbidden"),
        ("https://[::ffff:10.0.0.1]:8443/", "forbidden"),
        ("https://127.0.0.1/", "forbidden"),
        ("https://169.254.169.254/latest/meta-data", "forbidden"),
        ("https://[::1", "form"),
    ],
)
def test_what_is_no_address_to_send_to_is_refused_by_its_form(url, why):
    with pytest.raises(guard.Refused) as refused:
        guard.target_of(url)
    assert refused.value.why == why


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost", "localhost."])
def test_other_spellings_of_this_machine_are_refused(host):
    """These are resolved for real."""
    try:
        with pytest.raises(guard.Refused):
            guard.resolve(guard.target_of(f"https://{host}/"))
    except socket.gaierror:
        pass  # a resolver that does not read it so leads nowhere


def test_a_certificate_of_another_name_is_refused(hook, names, settings):
    names["other.example.test"] = [["127.0.0.1"]]
    settings.CHANNEL_HOSTS_ALLOWED = ["other.example.test"]
    with pytest.raises(ssl.SSLCertVerificationError):
        post(f"https://other.example.test:{hook.port}/")
    assert hook.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(hook, monkeypatch, tmp_path):
    other = tls.certificate(tmp_path, "other.example.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with pytest.raises(ssl.SSLCertVerificationError):
        post(hook.url)
    assert hook.taken == []


def test_no_redirect_is_followed(hook):
    hook.status, hook.headers = 302, {"Location": f"{hook.url}&again=1"}
    assert post(hook.url).status == 302
    assert len(hook.taken) == 1


def test_of_a_long_answer_only_the_beginning_is_read(hook):
    hook.text = "x" * 5_000_000
    assert len(post(hook.url).text) <= guard.ANSWER_AT_MOST


def test_an_answer_that_never_ends_is_cut_off(hook, monkeypatch):
    """However often a little of it comes."""
    monkeypatch.setattr(guard, "ALL_WITHIN", 0.5)
    hook.drip = True
    with pytest.raises(TimeoutError):
        post(hook.url)


def test_a_server_that_says_nothing_is_given_up(names, settings, monkeypatch):
    monkeypatch.setattr(guard, "ALL_WITHIN", 0.5)
    settings.CHANNEL_HOSTS_ALLOWED = [tls.NAME]
    names[tls.NAME] = [["127.0.0.1"]]
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        post(f"https://{tls.NAME}:{silent.getsockname()[1]}/")
