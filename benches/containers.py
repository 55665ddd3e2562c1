#!/usr/bin/env python3
"""Samples made by the real tools: each holds one token, which must be found at its path inside.

Usage: benches/containers.py [PATH/TO/stanch]       (default: target/release/stanch)
A sample whose tool is not installed is left out, and said so. Exits with 1 when a token is not found where it should be.
Tokens are generated: the prefix of GitHub's, 30 characters, and the checksum in base 62.
"""
import json, os, random, shutil, subprocess, sys, tempfile, zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target/release/stanch"))
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token(seed):
    body = "".join(random.Random(seed).choices(DIGITS, k=30))
    number, check = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        check = DIGITS[digit] + check
    return "gh" + "p_" + body + check.rjust(6, "0")


JAVA = 'public class A {{ static final String KEY = "{t}"; public static void main(String[] a) {{ System.out.println(KEY); }} }}'
SPEC = """Name: app\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n%install\nmkdir -p %{buildroot}/etc\ncp {w}/a.env %{buildroot}/etc/app.env\n%files\n/etc/app.env\n"""
SQL = "create table keys (id integer primary key, token text); insert into keys values (1, '{t}');"
NOTEBOOK = '{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{{"cell_type": "code", "metadata": {{}}, "source": ["key = \\"{t}\\""], "outputs": [], "execution_count": 1}}]}}'
MAIL = "From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n"

# Name of the file, the tool, the shell line that makes it ({t} is the token; a.env holds it), and the path inside.
SAMPLES = [
    ("gnu.tar", "tar", "tar -cf gnu.tar a.env", "a.env"),
    ("pax.tar", "tar", "tar --format=pax -cf pax.tar a.env", "a.env"),
    ("v7.tar", "tar", "tar --format=v7 -cf v7.tar a.env", "a.env"),
    ("bsd.tar", "bsdtar", "bsdtar -cf bsd.tar a.env", "a.env"),
    ("sparse.tar", "tar", "cp a.env s.env; truncate -s 5M s.env; tar -S -cf sparse.tar s.env", "s.env"),
    ("a.tar.gz", "gzip", "tar -czf a.tar.gz a.env", "a.env"),
    ("a.tar.bz2", "bzip2", "tar -cjf a.tar.bz2 a.env", "a.env"),
    ("a.tar.xz", "xz", "tar -cJf a.tar.xz a.env", "a.env"),
    ("mt.env.xz", "xz", "xz -T2 -c a.env > mt.env.xz", "mt.env"),
    ("a.tar.zst", "zstd", "tar -cf - a.env | zstd -19 -qo a.tar.zst", "a.env"),
    ("long.env.zst", "zstd", "zstd --long=27 -qo long.env.zst a.env", "long.env"),
    ("a.zip", "zip", "zip -q9 a.zip a.env", "a.env"),
    ("stored.zip", "zip", "zip -q0 stored.zip a.env", "a.env"),
    ("stream.zip", "zip", "cat a.env | zip -q stream.zip -", "-"),
    ("bsd.zip", "bsdtar", "bsdtar --format=zip -cf bsd.zip a.env", "a.env"),
    ("lzma2.7z", "7z", "7z a -bso0 -bsp0 lzma2.7z a.env", "a.env"),
    ("lzma.7z", "7z", "7z a -bso0 -bsp0 -m0=lzma lzma.7z a.env", "a.env"),
    ("x86.7z", "7z", "cp /bin/true bin; cat a.env >> bin; 7z a -bso0 -bsp0 -m0=bcj -m1=lzma2 x86.7z bin", "bin"),
    ("store.7z", "7z", "7z a -bso0 -bsp0 -mx=0 store.7z a.env", "a.env"),
    ("bzip2.zip", "7z", "7z a -bso0 -bsp0 -tzip -mm=bzip2 bzip2.zip a.env", "a.env"),
    ("lzma.zip", "7z", "7z a -bso0 -bsp0 -tzip -mm=lzma lzma.zip a.env", "a.env"),
    ("bsd.7z", "bsdtar", "bsdtar --format=7zip -cf bsd.7z a.env", "a.env"),
    ("newc.cpio", "bsdtar", "bsdtar --format=newc -cf newc.cpio a.env", "a.env"),
    ("lib.a", "ar", "ar rc lib.a a.env", "a.env"),
    ("app.deb", "dpkg-deb", "mkdir -p d/DEBIAN d/etc; cp a.env d/etc/app.env; printf 'Package: app\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.com>\\nDescription: x\\n' > d/DEBIAN/control; dpkg-deb -b d app.deb", "data.tar.xz!./etc/app.env"),
    ("app.rpm", "rpmbuild", "rpmbuild -bb --define '_topdir {w}/r' --define '_rpmdir {w}' --define '_rpmfilename app.rpm' app.spec", "payload!./etc/app.env"),
    ("a.db", "sqlite3", "sqlite3 a.db \"$SQL\"", "table keys"),
    ("wide.db", "sqlite3", "sqlite3 wide.db \"pragma encoding='UTF-16le'; $SQL\"", "table keys"),
    ("a.ipynb", "python3", "cp n.json a.ipynb", "cell 1"),
    ("a.pyc", "python3", "printf 'KEY = \"{t}\"\\n' > a.py; python3 -c \"import py_compile; py_compile.compile('a.py', 'a.pyc')\"", "strings"),
    ("A.class", "javac", "javac A.java", "strings"),
    ("a.jar", "jar", "javac A.java; jar cf a.jar A.class", "A.class!strings"),
    ("oci.tar", "skopeo", "mkdir l; cp a.env l; tar -C l -cf l.tar a.env; python3 image.py; skopeo copy -q --insecure-policy oci:oci oci-archive:oci.tar:app", "layer 1!a.env"),
    ("docker.tar", "skopeo", "mkdir l; cp a.env l; tar -C l -cf l.tar a.env; python3 image.py; skopeo copy -q --insecure-policy oci:oci docker-archive:docker.tar:app:1", "layer 1!a.env"),
    ("mail.eml", "python3", "cp m.head mail.eml; base64 a.env >> mail.eml", "base64"),
    ("a.reg", "iconv", "printf 'Windows Registry Editor Version 5.00\\r\\n\\r\\n[HKEY_CURRENT_USER\\\\\\\\x]\\r\\n\"Token\"=\"{t}\"\\r\\n' | iconv -t UTF-16 > a.reg", None),
]

IMAGE = '''
import hashlib, json, os
os.makedirs("oci/blobs/sha256")
def put(data):
    digest = hashlib.sha256(data).hexdigest()
    open("oci/blobs/sha256/" + digest, "wb").write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}
layer = open("l.tar", "rb").read()
diff = "sha256:" + hashlib.sha256(layer).hexdigest()
config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff]}, "history": [{"created_by": "COPY a.env /"}]}
kind = "application/vnd.oci.image."
manifest = {"schemaVersion": 2, "mediaType": kind + "manifest.v1+json",
    "config": {"mediaType": kind + "config.v1+json", **put(json.dumps(config).encode())},
    "layers": [{"mediaType": kind + "layer.v1.tar", **put(layer)}]}
index = {"schemaVersion": 2, "manifests": [{"mediaType": kind + "manifest.v1+json", **put(json.dumps(manifest).encode())}]}
json.dump(index, open("oci/index.json", "w"))
json.dump({"imageLayoutVersion": "1.0.0"}, open("oci/oci-layout", "w"))
'''


def main():
    made = found = 0
    for seed, (name, tool, line, inside) in enumerate(SAMPLES):
        if shutil.which(tool) is None:
            print(f"left out   {name}: {tool} is not installed")
            continue
        work, value = tempfile.mkdtemp(), token(seed)
        texts = {"a.env": 'GH_TOKEN="{t}"\n', "A.java": JAVA, "app.spec": None, "n.json": NOTEBOOK, "image.py": None, "m.head": MAIL}
        for file, text in texts.items():
            text = {"app.spec": SPEC.replace("{w}", work), "image.py": IMAGE}.get(file) or text.format(t=value)
            with open(os.path.join(work, file), "w") as out:
                out.write(text)
        environment = {**os.environ, "SQL": SQL.format(t=value)}
        ran = subprocess.run(["sh", "-ec", line.replace("{t}", value).replace("{w}", work)], cwd=work, env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            print(f"not made   {name}: {ran.stderr.strip().splitlines()[-1:]}")
            continue
        made += 1
        command = "image" if name in ("oci.tar", "docker.tar") else "scan"
        ran = subprocess.run([BINARY, command, "-f", "json", "--show-secrets", name], cwd=work, capture_output=True, text=True)
        report = json.loads(ran.stdout)
        places = [occurrence for one in report["findings"] if one["secret"] == value for occurrence in one["occurrences"]]
        told = ["!".join(step_name(step) for step in place.get("steps", [])) for place in places]
        good = bool(told) and not report["problems"] and (inside is None or inside in told)
        found += good
        print(f"{'found' if good else 'NOT FOUND':10} {name}: {', '.join(told)}" + ("" if good else f"   wanted {inside}; {report['problems']}"))
        shutil.rmtree(work)
    print(f"{found} of {made} found, each where it should be")
    return found != made


def step_name(step):
    return step.get("path") or (f"layer {step['index']}" if step["kind"] == "layer" else step["by"])


sys.exit(main())
