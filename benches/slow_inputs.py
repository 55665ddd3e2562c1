#!/usr/bin/env python3
"""Slow inputs: what a byte of each of 64 kinds of text costs, compared with a byte of ordinary code.

Usage: benches/slow_inputs.py [PATH/TO/stanch] [KIND…]     (default: target/release/stanch, all kinds)
SIZE=6000000 bytes of each kind, RUNS=3 of which the quickest counts. Prints the ratios, the dearest first.
Exits with 1 when one costs more than MOST=20 times ordinary code: the sources of this repository, tests and documents included. Where more than one
finding a kilobyte is reported, what is dear is what is found: those kinds are listed apart, with the time a finding.
"""
import base64, glob, json, os, random, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target/release/stanch"))
SIZE, RUNS, MOST = (int(os.environ.get(name, usual)) for name, usual in [("SIZE", 6_000_000), ("RUNS", 3), ("MOST", 20)])
RANDOM = random.Random(1)


def filled(text):
    """The text, repeated to the size."""
    text = text.encode() if isinstance(text, str) else text
    return (text * (SIZE // len(text) + 1))[:SIZE]


def drawn(alphabet, line=0):
    """Random characters of an alphabet, in lines if they are to be."""
    text = "".join(RANDOM.choices(alphabet, k=min(SIZE, 1 << 20)))
    return filled("\n".join(text[at:at + line] for at in range(0, len(text), line)) if line else text)


def listed(make):
    """A fresh line for each number."""
    return filled("".join(make(number) for number in range(SIZE // 40)))


def sources():
    files = sorted(glob.glob(os.path.join(ROOT, "src/**/*.rs"), recursive=True) + glob.glob(os.path.join(ROOT, "tests/*.rs")) + glob.glob(os.path.join(ROOT, "docs/*.md")))
    return filled(b"".join(open(file, "rb").read() for file in files))


def keywords():
    out = subprocess.run([BINARY, "rules", "list", "--format", "json"], capture_output=True, cwd="/").stdout
    rules = json.loads(out)
    rules = rules if isinstance(rules, list) else rules["rules"]
    return sorted({word if isinstance(word, str) else word["text"] for rule in rules for word in rule["keywords"]})


def hexed(count):
    return "".join(RANDOM.choices("0123456789abcdef", k=count))


def lettered(count):
    return "".join(RANDOM.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=count))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
DASHES = "-" * 5
HEAD = "ey" + "JhbGciOi"


def nested(text, times):
    for _ in range(times):
        text = json.dumps(text)
    return text


def kinds():
    words = keywords()
    yield "nothing but zeros", lambda: bytes(SIZE)
    yield "one long line of a letter", lambda: filled("a")
    yield "one long line of spaces", lambda: filled(" ")
    yield "line feeds", lambda: filled("\n")
    yield "carriage returns", lambda: filled("\r")
    yield "random bytes", lambda: RANDOM.randbytes(SIZE)
    yield "random ASCII", lambda: drawn([chr(code) for code in range(32, 127)])
    yield "random ASCII in lines", lambda: drawn([chr(code) for code in range(32, 127)], 80)
    yield "random letters and digits", lambda: drawn(LETTERS)
    yield "random letters and digits in lines", lambda: drawn(LETTERS, 76)
    yield "words of 20 letters and digits", lambda: drawn(LETTERS, 20)
    yield "hexadecimal wall", lambda: drawn("0123456789abcdef")
    yield "hexadecimal digits in lines of 32", lambda: drawn("0123456789abcdef", 32)
    yield "hexadecimal digits in lines of 40", lambda: drawn("0123456789abcdef", 40)
    yield "hexadecimal digits in lines of 64", lambda: drawn("0123456789abcdef", 64)
    yield "digits", lambda: drawn("0123456789")
    yield "base64 wall of text", lambda: filled(base64.b64encode(sources()[:SIZE]))
    yield "base64 of text in lines", lambda: filled(base64.encodebytes(sources()[:SIZE]))
    yield "base64 of short texts", lambda: listed(lambda n: base64.b64encode(b"name = value of %d words" % n).decode() + "\n")
    yield "base64 of assignments", lambda: listed(lambda n: base64.b64encode(f"password = \"{lettered(12)}\"".encode()).decode() + "\n")
    yield "base64 in base64", lambda: listed(lambda n: base64.b64encode(base64.b64encode(base64.b64encode(b"pass" + b"word = a%d" % n))).decode() + "\n")
    yield "base32 in lines", lambda: filled(base64.b32encode(sources()[:SIZE // 2]))
    yield "hexadecimal digits of text", lambda: filled(sources()[:SIZE // 2].hex())
    yield "percent escapes", lambda: filled("".join(f"%{byte:02X}" for byte in sources()[:SIZE // 3]))
    yield "percent signs", lambda: filled("%")
    yield "escapes of JSON", lambda: filled("".join(f"\\u{byte:04x}" for byte in sources()[:SIZE // 6]))
    yield "hexadecimal escapes", lambda: filled("".join(f"\\x{byte:02x}" for byte in sources()[:SIZE // 4]))
    yield "backslashes", lambda: filled("\\")
    yield "strings in strings", lambda: filled(nested("pass" + "word = 'some words'", 8) + "\n")
    yield "entities", lambda: filled("".join(f"&#{byte};" for byte in sources()[:SIZE // 5]))
    yield "quoted-printable", lambda: filled("Content-Transfer-Encoding: quoted-printable\n\n" + "=3D=22word=\n" * 20)
    yield "heads of quoted-printable", lambda: filled("Content-Transfer-Encoding: quoted-printable\n")
    yield "Kubernetes secrets", lambda: filled("kind: Secret\ndata:\n  a: eHl6\n---\n")
    yield "kinds of Kubernetes secrets", lambda: filled("kind: Secret\n")
    yield "heads of gzip in base64", lambda: filled("H4sIAAAA")
    yield "heads of private keys", lambda: filled(f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}\n")
    yield "heads of private keys on one line", lambda: filled(f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}\\n")
    yield "heads of other armour", lambda: filled(f"{DASHES}BEGIN PGP PRIVATE KEY BLOCK{DASHES}\n")
    yield "private keys of nothing", lambda: listed(lambda n: f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n{lettered(64)}\n{DASHES}END PRIVATE KEY{DASHES}\n")
    yield "dashes", lambda: filled("-")
    yield "heads of web tokens", lambda: filled(HEAD + ".")
    yield "web tokens", lambda: listed(lambda n: f"{HEAD}{lettered(20)}.eyJ{lettered(40)}.{lettered(43)}\n")
    yield "heads of web tokens without a point", lambda: filled(HEAD)
    yield "a name of a password without a value", lambda: filled("password=")
    yield "passwords", lambda: listed(lambda n: f"password = \"{lettered(16)}\"\n")
    yield "passwords on one line", lambda: listed(lambda n: f"password={lettered(16)}&")
    yield "tokens in JSON", lambda: listed(lambda n: f"\"api_key\": \"{hexed(32)}\", ")
    yield "names with keys", lambda: listed(lambda n: f"secret_key_{n}: {hexed(40)}\n")
    yield "quotes without end", lambda: filled("\"")
    yield "strings without end", lambda: filled("key = \"abc ")
    yield "equals signs", lambda: filled("=")
    yield "colons", lambda: filled("a: ")
    yield "schemes", lambda: filled("://")
    yield "addresses", lambda: filled("https://a.example/b?c=d ")
    yield "addresses with passwords", lambda: listed(lambda n: f"https://user:{lettered(12)}@host{n}/ ")
    yield "headers of authorization", lambda: listed(lambda n: f"Authorization: Bearer {lettered(30)}\n")
    yield "heads of authorization", lambda: filled("Authorization: Bearer ")
    yield "the keywords of all rules", lambda: filled(" ".join(words))
    yield "the keywords of all rules, each followed by hexadecimal digits", lambda: filled("\n".join(word + hexed(40) for word in words))
    yield "the keywords of all rules, each followed by letters and digits", lambda: filled("\n".join(word + lettered(40) for word in words))
    yield "the keywords of all rules without a gap", lambda: filled("".join(words))
    yield "the keywords of all rules, assigned", lambda: filled("\n".join(f"{word} = \"{lettered(32)}\"" for word in words))
    yield "UTF-16", lambda: b"\xff\xfe" + sources()[:SIZE // 2].decode("utf-8", "replace").encode("utf-16-le")
    yield "UTF-16 without a mark", lambda: sources()[:SIZE // 2].decode("utf-8", "replace").encode("utf-16-be")


def main():
    only = sys.argv[2:]
    work = tempfile.mkdtemp()
    path = os.path.join(work, "input")

    def cost(data):
        with open(path, "wb") as file:
            file.write(data)
        best = None
        for _ in range(RUNS):
            run = "import resource, subprocess, sys; found = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL); u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss // 1024, found.stdout.count(10))"
            out = subprocess.run([sys.executable, "-c", run, BINARY, "scan", path, "-q", "--no-config", "-j", "1", "-f", "lines"], capture_output=True, text=True).stdout.split()
            one = (float(out[0]), int(out[1]), int(out[2]))
            best = one if best is None else min(best, one)
        return best

    start, *_ = cost(b"")
    code, *_ = cost(sources())
    code = max(code - start, 0.001)
    print(f"{SIZE} bytes of ordinary code: {1000 * code:.0f} ms, {SIZE / code / 1e6:.0f} MB/s", flush=True)
    rows = []
    for name, make in kinds():
        if only and not any(word in name for word in only):
            continue
        data = make()
        spent, resident, findings = cost(data)
        # Some are a little shorter or longer.
        rows.append(((spent - start) / code * SIZE / len(data), resident, name, findings, spent - start, findings * 1000 > len(data)))
    for ratio, resident, name, findings, spent, is_found in sorted(rows, reverse=True):
        apart = f"  ({findings} findings, {1e6 * spent / findings:.0f} us each)" if is_found else ""
        print(f"{ratio:7.1f} times  {resident:4} MB  {name}{apart}")
    os.remove(path)
    os.rmdir(work)
    sys.exit(any(row[0] > MOST and not row[-1] for row in rows))


if __name__ == "__main__":
    main()
