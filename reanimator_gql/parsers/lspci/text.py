"""The text of `lspci -v`, `-vv` and `-vvv`, with or without -nn, -D and -k: a block a function."""

import re
from collections.abc import Callable, Iterator

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.lspci.function import Told

HEAD = re.compile(
    r"((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]) ([^:\[\]]{1,80}?)(?: \[([0-9a-f]{4})\])?: (.*)",
    re.IGNORECASE,
)
# In brackets behind the names (-nn), or alone (-n).
_IDS = re.compile(r" ?\[([0-9a-f]{4}):([0-9a-f]{4})\]|^([0-9a-f]{4}):([0-9a-f]{4})$", re.IGNORECASE)
_REVISION = re.compile(r"\(rev ([0-9a-f]{2})\)", re.IGNORECASE)
_BEHIND = re.compile(r" \((?:rev [0-9a-f]{2}|prog-if [^()]*)\)", re.IGNORECASE)
_LINK = re.compile(r"Speed ([^,]{1,40}), Width ([^,]{1,40})")
_STATE = re.compile(r"\s*\((?:ok|downgraded|strange|overdriven)\)", re.IGNORECASE)
_DEVICE_SERIAL = re.compile(r"Device Serial Number ((?:[0-9a-f]{2}-){7}[0-9a-f]{2})\b", re.IGNORECASE)
_VPD_FIELD = re.compile(r"\[(SN|PN|EC|RM)\] [^:]{1,40}:(.*)")
# Only a maker's name that ends where it surely ends can be told from the product behind it.
_MAKER = re.compile(
    r"(Intel Corporation|Broadcom Inc\. and subsidiaries|Broadcom (?:Limited|Corporation|/ LSI)"
    r"|LSI Logic / Symbios Logic|Mellanox Technologies|NVIDIA Corporation|QLogic Corp\.|Emulex Corporation"
    r"|Hewlett[- ]Packard Company|Hewlett Packard Enterprise|Adaptec|Marvell Technology Group Ltd\."
    r"|Advanced Micro Devices, Inc\. \[AMD(?:/ATI)?\]|Samsung Electronics Co Ltd|Micron Technology(?: Inc|, Inc\.)?"
    r"|Toshiba Corporation|KIOXIA Corporation|SK hynix|Western Digital|Sandisk Corp|Seagate Technology PLC"
    r"|Solarflare Communications|Chelsio Communications Inc|Cisco Systems Inc|Realtek Semiconductor Co\., Ltd\."
    r"|Microsemi / PMC / IDT|Microchip Technology / SMSC|Areca Technology Corp\.|3ware Inc|Aquantia Corp\."
    r"|Huawei Technologies Co\., Ltd\.|ASPEED Technology, Inc\.|Matrox Electronics Systems Ltd\.|Xilinx Corporation"
    r"|VMware|Red Hat, Inc\.) "
)


def functions_of(text: str, file: str) -> list[Told]:
    """Return the functions in the order of the text. A last line without an end may be cut, and is left out."""
    return [
        _function(head, lines, Origin(file=file, line=first, last_line=last))
        for first, last, head, lines in _blocks(text)
    ]


def _blocks(text: str) -> Iterator[tuple[int, int, re.Match[str], list[str]]]:
    """Yield of each function the numbers of its first and last line, its head and the indented lines below it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    head: re.Match[str] | None = None
    below: list[str] = []
    first = 0
    for number, line in enumerate([*lines, ""], 1):
        if head and line.startswith(("\t", " ")):
            below.append(line)
            continue
        # An empty line, the next function, or something else where outputs were joined.
        if head:
            yield first, first + len(below), head, below
        head, below, first = HEAD.fullmatch(line), [], number


def _function(head: re.Match[str], lines: list[str], origin: Origin) -> Told:
    slot, words, class_id, named = head.groups()
    vendor, device, ids = _names(_BEHIND.sub("", named).strip())
    revision = _REVISION.search(named)
    function = Told(
        slot=slot,
        class_words=words.strip(),
        class_id=class_id,
        vendor=vendor,
        device=device,
        ids=ids,
        revision=revision.group(1) if revision else None,
        origin=origin,
    )
    for line in lines:
        name, colon, value = line.strip().partition(":")
        if colon and (put := _PUT.get(name)):
            put(function, value.strip())
        else:
            _put_capability(function, line.strip())
    return function


def _numbers(named: str) -> tuple[str, str] | None:
    found = [tuple(filter(None, groups)) for groups in _IDS.findall(named)]
    return (f"0x{found[-1][0]}", f"0x{found[-1][1]}") if found else None


def _names(named: str) -> tuple[str | None, str | None, dict[str, str]]:
    """Return maker, product and numbers of `Intel Corporation Ethernet Controller X710 [8086:1572]`."""
    numbers = _numbers(named)
    ids = {"vendor_id": numbers[0], "device_id": numbers[1]} if numbers else {}
    name = _IDS.sub("", named).strip()
    maker = _MAKER.match(name)
    if maker is None:
        return None, name or None, ids
    return maker.group(1), name[maker.end() :].strip() or None, ids


def _put_subsystem(function: Told, value: str) -> None:
    numbers = _numbers(value)
    name = _IDS.sub("", value).strip()
    if name:
        function.subsystem["subsystem"] = name
    if numbers:
        function.subsystem["subsystem_vendor_id"] = numbers[0]
        function.subsystem["subsystem_device_id"] = numbers[1]


def _put_physical_slot(function: Told, value: str) -> None:
    function.physical_slot = function.physical_slot or value or None


def _put_driver(function: Told, value: str) -> None:
    function.driver = function.driver or value or None


def _put_max_link(function: Told, value: str) -> None:
    function.max_link = function.max_link or _link(value)


def _put_link(function: Told, value: str) -> None:
    function.link = function.link or _link(value)


def _put_name(function: Told, value: str) -> None:
    if value:
        function.vpd.setdefault("name", value)


_PUT: dict[str, Callable[[Told, str], None]] = {
    "Subsystem": _put_subsystem,
    "Physical Slot": _put_physical_slot,
    "Kernel driver in use": _put_driver,
    "LnkCap": _put_max_link,
    "LnkSta": _put_link,
    "Product Name": _put_name,
}


def _put_capability(function: Told, line: str) -> None:
    if serial := _DEVICE_SERIAL.search(line):
        function.device_serial = function.device_serial or serial.group(1)
    elif (entry := _VPD_FIELD.match(line)) and (value := entry.group(2).strip()):
        function.vpd.setdefault(entry.group(1), value)


def _link(value: str) -> tuple[str, str] | None:
    match = _LINK.search(value)
    return (_STATE.sub("", match.group(1)).strip(), _STATE.sub("", match.group(2)).strip()) if match else None
