"""Writes a small valid container of each kind that Python can make: DIR/TARGET.N."""
import bz2, dis, gzip, io, json, lzma, marshal, os, plistlib, sqlite3, struct, sys, tarfile, zipfile, zlib

out = sys.argv[1]
count = {}


def put(target, data):
    number = count[target] = count.get(target, 0) + 1
    with open(os.path.join(out, f"{target}.{number}"), "wb") as file:
        file.write(data)


TEXT = b"name = \"value of some words\"\nother: 0123456789abcdef\n" * 3
MEMBERS = [("a.txt", TEXT), ("folder/b.env", b"X=1\n"), ("n" * 120 + "/long", b"long"), ("caf\u00e9", b"")]

put("gzip", gzip.compress(TEXT) + gzip.compress(b"second"))
named = io.BytesIO()
with gzip.GzipFile("name", "wb", 9, named) as file:
    file.write(TEXT)
put("gzip", named.getvalue())
put("zlib", zlib.compress(TEXT))
put("bzip2", bz2.compress(TEXT) + bz2.compress(b"second"))
for check in [lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256]:
    put("xz", lzma.compress(TEXT, check=check))
put("xz", lzma.compress(TEXT) + bytes(8) + lzma.compress(b"second"))
put("xz", lzma.compress(TEXT, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 0}]))
put("xz", lzma.compress(TEXT, filters=[{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 0}]))
put("lzma", lzma.compress(TEXT, format=lzma.FORMAT_ALONE))
raw = lzma.compress(TEXT, format=lzma.FORMAT_ALONE)
member = b"LZIP\x01\x17" + raw[13:]
put("lzip", member + struct.pack("<IQQ", zlib.crc32(TEXT), len(TEXT), len(member) + 20))

for form in [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, data in MEMBERS:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "a.txt"
        tar.addfile(link)
    put("tar", buffer.getvalue())

config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Env": ["A=b"], "Labels": {"x": "y"}},
                     "history": [{"created_by": "RUN x"}], "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}}).encode()
manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"digest": "sha256:" + "1" * 64, "size": len(config), "mediaType": "application/vnd.oci.image.config.v1+json"},
            "layers": [{"digest": "sha256:" + "2" * 64, "size": 3, "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip"}]}
index = {"schemaVersion": 2, "manifests": [{"digest": "sha256:" + "3" * 64, "size": 3, "platform": {"os": "linux", "architecture": "arm64"}}]}
for one in [config, json.dumps(manifest).encode(), json.dumps(index).encode()]:
    put("image_lists", one)


def tarred(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


layer = tarred([("etc/x", TEXT), (".wh.gone", b""), ("d/.wh..wh..opq", b"")])
listed = [{"Config": "config.json", "RepoTags": ["a:b"], "Layers": ["1/layer.tar", "2/layer.tar"]}]
image = tarred([("1/layer.tar", layer), ("2/layer.tar", gzip.compress(layer)), ("config.json", config),
                ("manifest.json", json.dumps(listed).encode()), ("oci-layout", b"{\"imageLayoutVersion\": \"1.0.0\"}"),
                ("index.json", json.dumps(index).encode()), ("blobs/sha256/" + "3" * 64, json.dumps(manifest).encode())])
put("tar", image)
put("image_lists", image)

for method in [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in MEMBERS:
            archive.writestr(name, data)
        archive.comment = b"comment"
        if method == zipfile.ZIP_STORED:
            with archive.open("large", "w", force_zip64=True) as file:
                file.write(TEXT)
    put("zip", buffer.getvalue())
    put("appended", b"#!/bin/sh\nexit 0\n" + buffer.getvalue())
    put("appended", b"\x7fELF\x02\x01\x01" + bytes(200) + buffer.getvalue())


class Stream(io.RawIOBase):
    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


stream = Stream()
with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("streamed", TEXT)
put("zip", stream.data)

word = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/x\"><w:p><w:r><w:t>some</w:t></w:r><w:r><w:t> words &amp; &#65;</w:t></w:r></w:p><![CDATA[x]]></w:document>"
put("office", word.encode())
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("word/document.xml", word)
put("zip", buffer.getvalue())


def seven(data, name, method=b"\x00", packed=None, properties=b""):
    packed = data if packed is None else packed
    coder = bytes([len(method) | (0x20 if properties else 0)]) + method
    if properties:
        coder += bytes([len(properties)]) + properties
    header = bytes([1, 4, 6, 0, 1, 9, len(packed), 0])
    header += bytes([7, 11, 1, 0, 1]) + coder + bytes([12, len(data), 10, 1]) + struct.pack("<I", zlib.crc32(data)) + b"\0"
    header += bytes([8, 0, 0])
    encoded = name.encode("utf-16-le") + b"\0\0"
    header += bytes([5, 1, 17, len(encoded) + 1, 0]) + encoded + bytes([0, 0])
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


short = TEXT[:60]
put("seven_zip", seven(short, "a.txt"))
put("seven_zip", seven(short, "a.txt", b"\x04\x01\x08", zlib.compress(short)[2:-4]))
filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
put("seven_zip", seven(short, "b", b"\x21", lzma.compress(short, lzma.FORMAT_RAW, filters=filters), b"\x10"))
alone = lzma.compress(short, format=lzma.FORMAT_ALONE)
put("seven_zip", seven(short, "c", b"\x03\x01\x01", alone[13:], alone[:5]))


def archived(name, data):
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
    return header + data + b"\n" * (len(data) % 2)


names = b"a-name-that-is-rather-long/\n"
put("ar", b"!<arch>\n" + archived("//", names) + archived("/0", TEXT) + archived("b/", b"x") + archived("#1/4", b"namex"))
put("ar", b"!<arch>\n" + archived("debian-binary", b"2.0\n") + archived("data.tar.gz", gzip.compress(tarred(MEMBERS[:2]))))


def packed(form):
    data = b""
    for name, content in [("a.txt", TEXT), ("b", b"x"), ("TRAILER!!!", b"")]:
        raw = name.encode() + b"\0"
        if form == "070707":
            data += (form + "000001" * 2 + "100644" + "000000" * 2 + "000001" * 2 + "0" * 11 + f"{len(raw):06o}{len(content):011o}").encode() + raw + content
            continue
        sizes = [1, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(raw), sum(content) if form == "070702" else 0]
        data += (form + "".join(f"{size:08x}" for size in sizes)).encode() + raw
        data += b"\0" * (-len(data) % 4) + content
        data += b"\0" * (-len(data) % 4)
    return data


for form in ["070701", "070702", "070707"]:
    put("cpio", packed(form))
lead = b"\xed\xab\xee\xdb\3\0\0\0\0\1" + b"name".ljust(66, b"\0") + b"\0\1\0\5" + bytes(16)
section = b"\x8e\xad\xe8\1" + bytes(4) + struct.pack(">II", 1, 4) + struct.pack(">IIII", 1125, 6, 0, 1) + b"gzip"
put("rpm", lead + section + bytes(-len(section) % 8) + section + gzip.compress(packed("070701")))

tree = json.dumps({"files": {"a.txt": {"size": len(TEXT), "offset": "0"}, "d": {"files": {"b": {"size": 3, "offset": "3"}}},
                             "out": {"size": 4, "unpacked": True}, "link": {"link": "a.txt"}}}).encode()
padded = tree + b"\0" * (-len(tree) % 4)
put("asar", struct.pack("<IIII", 4, len(padded) + 8, len(padded) + 4, len(tree)) + padded + TEXT)

for encoding, mode in [("UTF-8", "delete"), ("UTF-16le", "delete"), ("UTF-16be", "wal")]:
    path = os.path.join(out, "database")
    database = sqlite3.connect(path)
    database.execute("pragma page_size = 512")
    database.execute(f"pragma encoding = '{encoding}'")
    database.execute(f"pragma journal_mode = {mode}")
    database.execute("create table t (a text, b blob, c integer primary key, d real)")
    database.execute("create table w (a text primary key, b) without rowid")
    database.execute("create index i on t (a)")
    for number in range(40):
        database.execute("insert into t values (?, ?, ?, ?)", ("word " * (number % 200), TEXT[:number], number * 3, number / 7))
        database.execute("insert into w values (?, ?)", (f"key {number}", "x" * (number * 40)))
    database.commit()
    database.execute("delete from t where c % 2 = 0")
    database.commit()
    if mode == "wal":
        with open(path + "-wal", "rb") as file:
            put("sqlite_log", file.read())
    database.close()
    with open(path, "rb") as file:
        put("sqlite", file.read())
    os.remove(path)

requests = {"log": {"entries": [{"request": {"url": "http://a/?b=c", "headers": [{"name": "n", "value": "v"}], "cookies": [],
                                             "queryString": [{"name": "q", "value": "r"}], "postData": {"text": "a=b", "params": []}},
                                 "response": {"content": {"text": "eA==", "encoding": "base64"}, "headers": []}}]}}
put("har", json.dumps(requests).encode())
cells = {"cells": [{"cell_type": "code", "source": ["a = 1\n", "b"], "outputs": [{"text": ["x"], "data": {"text/plain": "y"}}]}], "nbformat": 4, "metadata": {}}
put("notebook", json.dumps(cells).encode())

content = zlib.compress(b"BT /F1 12 Tf (some \\(words\\) \\101) Tj [(a) -250 <62>] TJ T* ET")
fonts = b"<< /Type /Font /ToUnicode 6 0 R >>"
cmap = b"begincmap 1 beginbfchar <01> <0041> endbfchar 1 beginbfrange <02> <05> <0042> endbfrange endcmap"
objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
           b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
           b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content) + content + b"\nendstream", fonts,
           b"<< /Length %d >>\nstream\n" % len(cmap) + cmap + b"\nendstream",
           b"<< /Length 40 /Filter [/ASCIIHexDecode /ASCII85Decode] >>\nstream\n" + b"41" * 20 + b"\nendstream"]
stored = zlib.compress(b"8 0 9 10 << /A (b) >> (text)")
objects.append(b"<< /Type /ObjStm /N 2 /First 9 /Length %d /Filter /FlateDecode >>\nstream\n" % len(stored) + stored + b"\nendstream")
pdf, places = b"%PDF-1.7\n", []
for number, body in enumerate(objects, 1):
    places.append(len(pdf))
    pdf += b"%d 0 obj\n" % number + body + b"\nendobj\n"
table = len(pdf)
pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
pdf += b"trailer\n<< /Size %d /Root 1 0 R /Info << /Title (x) >> >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
put("pdf", pdf)

code = compile("a = 'some words'\ndef f(x, y=(1, 2.5, b'z', None, 3j, 10**30, frozenset([1]))):\n    return 'inner' + x\n", "name.py", "exec")
put("python", bytes([0xcb, 0x0d, 13, 10]) + bytes(12) + marshal.dumps(code))
put("python", bytes([3, 0xf3, 13, 10]) + bytes(4) + marshal.dumps(["x", "x", {"a": "b"}, ("c",) * 3], 2))


def text(value):
    return b"\1" + struct.pack(">H", len(value)) + value


pool = [text(b"A"), b"\7\0\1", text(b"java/lang/Object"), b"\7\0\3", text(b"secret words"), b"\x08\0\5", b"\3" + bytes(4), b"\5" + bytes(8)]
put("java_class", b"\xca\xfe\xba\xbe\0\0\0\x34" + struct.pack(">H", len(pool) + 2) + b"".join(pool) + struct.pack(">HHHHHHH", 0x21, 2, 4, 0, 0, 0, 0))
put("property_list", plistlib.dumps({"a": ["b", 1, 2.5, True, b"data"], "caf\u00e9": {"uid": plistlib.UID(7)}, "long": "x" * 40}, fmt=plistlib.FMT_BINARY))

chain = b"\0\5X.509" + struct.pack(">I", 3) + b"\x30\1\0"
locked = b"\x30\x1e\x30\x0e\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01\x05\x00\x04\x0c" + bytes(12)
entries = struct.pack(">I", 1) + b"\0\3key" + bytes(8) + struct.pack(">I", len(locked)) + locked + struct.pack(">I", 1) + chain
entries += struct.pack(">I", 2) + b"\0\4cert" + bytes(8) + chain
put("java_key_store", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\2" + entries + bytes(20))
put("java_key_store", b"\xce\xce\xce\xce\0\0\0\2\0\0\0\0" + bytes(20))
inner = bytes.fromhex("06092a864886f70d010701a0060404") + b"\x30\x02\x30\x00"
content = b"\x30" + bytes([len(inner)]) + inner
mac = bytes.fromhex("3029301f300706052b0e03021a0414") + bytes(20) + b"\x04\x04salt\x02\x01\x01"
put("pkcs12", b"\x30\x81" + bytes([3 + len(content) + len(mac)]) + b"\x02\1\3" + content + mac)
