"""Texts as lspci prints them, made small."""

NIC = """\
3b:00.{function} Ethernet controller: Intel Corporation I350 Gigabit Network Connection (rev 01)
\tSubsystem: Dell Gigabit 4P I350-t rNDC
\tPhysical Slot: 2
\tControl: I/O- Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
\tCapabilities: [a0] Express (v2) Endpoint, MSI 00
\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x4, ASPM L0s L1, Exit Latency L0s <4us, L1 <32us
\t\tLnkSta:\tSpeed 5GT/s (ok), Width x2 (downgraded)
\t\tLnkCap2: Supported Link Speeds: 2.5-5GT/s, Crosslink- Retimer- 2Retimers- DRS-
\tCapabilities: [140 v1] Device Serial Number a0-36-9f-ff-ff-0b-8e-34
\tKernel driver in use: igb
\tKernel modules: igb
"""

VPD = """\
\tCapabilities: [48] Vital Product Data
\t\tProduct Name: {name}
\t\tRead-only fields:
\t\t\t[PN] Part number: {part}
\t\t\t[EC] Engineering changes: A5
\t\t\t[SN] Serial number: {serial}
\t\t\t[V0] Vendor specific: PCIeGen4 x16
\t\t\t[RV] Reserved: checksum good, 1 byte(s) reserved
\t\tEnd
"""

BRIDGE = (
    "00:01.0 PCI bridge: Intel Corporation Sky Lake-E PCI Express Root Port A (rev 04) (prog-if 00 [Normal decode])\n"
)
BRIDGE += "\tControl: I/O+ Mem+\n\t\tLnkCap:\tPort #5, Speed 8GT/s, Width x16\n"


def nic(function: int = 0) -> str:
    return NIC.format(function=function)


def function(head: str, *lines: str) -> str:
    return "\n".join([head, "\tControl: I/O- Mem+ BusMaster+", *(f"\t{line}" for line in lines)]) + "\n"


def vpd(serial: str, part: str = "PN-1", name: str = "Card") -> tuple[str, ...]:
    return tuple(line.removeprefix("\t") for line in VPD.format(serial=serial, part=part, name=name).splitlines())


def listing(*functions: str) -> bytes:
    return ("\n".join(functions) + "\n").encode()
