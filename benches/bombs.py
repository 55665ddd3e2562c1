#!/usr/bin/env python3
"""Bombs: time, memory, what the report says, and whether anything is left on disk.

Usage: benches/bombs.py [PATH/TO/stanch]       (default: target/release/stanch)
Exits with 1 when one takes more than a minute or 150 MB, is not named, or leaves something behind.
"""
import bz2, io, json, lzma, os, shutil, struct, subprocess, sys, tarfile, tempfile, time, zipfile, zlib, gzip

MINUTE, MOST_KIB = 60, 150 << 10
RUN = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target/release/stanch"))


def zeros_gz(mib):
    return gzip.compress(bytes(64 << 20), 6, mtime=0) * (mib // 64)


def ten_gigabytes():
    info = tarfile.TarInfo("zeros")
    info.size = 10 << 30
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT), mtime=0) + zeros_gz(10 << 10)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def forty_two():
    """Zips in zips, sixteen each, six deep: some hundred thousand terabytes."""
    bomb = zipped([("zeros", bytes(1 << 30))])
    for level in range(5):
        bomb = zipped([(f"{level}-{number}.zip", bomb) for number in range(16)])
    return bomb


def quine():
    """A gzip that holds itself cannot be made here; a thousand in one another ask the same of a reader."""
    data = b"nothing\n"
    for _ in range(1000):
        data = gzip.compress(data, mtime=0)
    return data


def overlapping():
    """One kernel of 21 MB that 60,000 entries of the directory name."""
    one = zipped([("a.bin", bytes(21 << 20))])
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    last = bytearray(one[end:])
    struct.pack_into("<HHI", last, 8, 60000, 60000, (end - start) * 60000)
    return one[:start] + one[start:end] * 60000 + bytes(last)


def million():
    header = tarfile.TarInfo("empty").tobuf(tarfile.USTAR_FORMAT)
    return gzip.compress(header * 1000, mtime=0) * 1000


def names():
    return zipped([(name, b"nothing\n") for name in ("/etc/passwd", "../../escape", "a/../../b", "C:\\x", "con")])


def seven_zip():
    """LZMA2 with a dictionary of 4 GiB, in a file of a hundred bytes."""
    data = b"nothing\n"
    packed = b"\x01\0" + bytes([len(data) - 1]) + data + b"\0"
    name = "a.env\0".encode("utf-16-le")
    header = bytes([1, 4, 6, 0, 1, 9, len(packed), 0, 7, 11, 1, 0, 1, 0x21, 0x21, 1, 40, 12, len(data), 0, 8, 0, 0, 5, 1, 0x11, len(name) + 1, 0])
    header += name + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


BOMBS = {
    "ten-gigabytes.tar.gz": (ten_gigabytes, {"too-large"}),
    "zeros.bz2": (lambda: bz2.compress(bytes(64 << 20)) * 64, {"too-large"}),
    "zeros.xz": (lambda: lzma.compress(bytes(64 << 20), preset=9) * 64, {"too-large"}),
    "zeros.lzma": (lambda: lzma.compress(bytes(512 << 20), format=lzma.FORMAT_ALONE, preset=1), {"too-large"}),
    "zeros-in.zip": (lambda: zipped([("zeros.tar.gz", ten_gigabytes())], zipfile.ZIP_STORED), {"too-large"}),
    "42.zip": (forty_two, {"too-large"}),
    "quine.gz": (quine, {"too-large"}),
    "overlapping.zip": (overlapping, {"corrupt"}),
    "million.tar.gz": (million, {"too-large"}),
    "names.zip": (names, set()),
    "dictionary.7z": (seven_zip, {"too-large"}),
}


def main():
    failed = False
    print(f"{'bomb':24} {'bytes':>10} {'s':>6} {'MB':>5}  named")
    for name, (make, kinds) in BOMBS.items():
        folder = tempfile.mkdtemp()
        for inside in ("in", "tmp", "home"):
            os.mkdir(os.path.join(folder, inside))
        data = make()
        with open(os.path.join(folder, "in", name), "wb") as file:
            file.write(data)
        environment = {"TMPDIR": os.path.join(folder, "tmp"), "HOME": os.path.join(folder, "home"), "PATH": "/usr/bin:/bin"}
        begin = time.time()
        # A small process starts it: the memory of the one that forks would count.
        child = subprocess.run([sys.executable, "-c", RUN, BINARY, "scan", "-f", "json", "-o", "report.json", "in"], cwd=folder, env=environment, capture_output=True, text=True)
        memory = int(child.stdout.split()[-1])
        took = time.time() - begin
        with open(os.path.join(folder, "report.json")) as file:
            problems = json.load(file)["problems"]
        found = {problem["kind"] for problem in problems}
        left = [len(os.listdir(os.path.join(folder, inside))) for inside in ("in", "tmp", "home", ".")]
        good = took < MINUTE and memory < MOST_KIB and kinds <= found and left == [1, 0, 0, 4]
        failed |= not good
        print(f"{name:24} {len(data):>10} {took:>6.2f} {memory >> 10:>5}  {', '.join(sorted(found)) or '-'}{'' if good else '   FAILED'}")
        shutil.rmtree(folder)
    return failed


sys.exit(main())
