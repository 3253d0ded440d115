"""Files written by hand, for tests of what is read from them."""

from base64 import b64encode

from sosuckhoe.exchange.xml130.read import read_envelope

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def file(name, content):
    encoded = b64encode(content.encode() if isinstance(content, str) else content).decode()
    return f"<FILEHOSO><LOAIHOSO>{name}</LOAIHOSO><NOIDUNGFILE>{encoded}</NOIDUNGFILE></FILEHOSO>"


def record(*files):
    return f"<HOSO>{''.join(files)}</HOSO>"


def envelope(*records, unit="<MACSKCB>79001</MACSKCB>", made_on="<NGAYLAP>20250601</NGAYLAP>", after=""):
    return (
        f"{HEAD}<GIAMDINHHS><THONGTINDONVI>{unit}</THONGTINDONVI><THONGTINHOSO>{made_on}"
        f"<SOLUONGHOSO>{len(records)}</SOLUONGHOSO><DANHSACHHOSO>{''.join(records)}</DANHSACHHOSO></THONGTINHOSO>"
        f"{after}</GIAMDINHHS>"
    ).encode()


def summary(inner="", visit="LK1"):
    return file("XML1", f"<TONG_HOP><MA_LK>{visit}</MA_LK>{inner}</TONG_HOP>")


MEDICINES = "CHITIEU_CHITIET_THUOC", "DSACH_CHI_TIET_THUOC", "CHI_TIET_THUOC"


def medicines(inner):
    root, listing, _ = MEDICINES
    return file("XML2", f"<{root}><{listing}>{inner}</{listing}></{root}>")


def read_one(*files):
    """The package and the findings of one HOSO."""
    read = read_envelope(envelope(record(*files)))
    assert len(read.packages) == len(read.findings) == len(read.visits) == 1
    return read.packages[0], read.findings[0]


def rules(findings):
    return [(finding.level, finding.table, finding.row, finding.field, finding.rule) for finding in findings]
