"""What is no drive, although the kernel shows it as one: logical volumes, LUNs of arrays, disks of virtual machines.

A RAID controller or a storage array shows these instead of its drives; a BMC shows virtual media; a boot controller
(BOSS, NS204i) shows the mirror of two modules.
"""

import re

_PRODUCT = re.compile(
    r"^(?:PERC|LOGICAL VOLUME|P?RAID|ServeRAID|MR\d{3}|MR-|SMC\d{4}|RM?S\d[A-Z]|UCSC-|BOSS|DELLBOSS|LUN\b"
    r"|SYMMETRIX|VRAID|VV$|MSA |Virtual|LogicalDrv|ARC-\d{4}|SmartRAID)|MegaRAID|Logical Drive|\bBOSS-|\bNS204i"
    r"|\bVD(?: \d+)?$|VBOX|QEMU|VMware|Elastic Block Stor|PersistentDisk|nvme_card-pd|MSFT NVMe"
    r"|FlashArray|ONTAP Controller|dellemc-power|^Linux$",
    re.IGNORECASE,
)
_VENDOR = re.compile(
    r"^(?:LSI|AVAGO|BROADCOM|ASR\d|Adaptec|Areca|3ware|AMCC|MSCC|NETAPP|PURE|3PARdata|DGC|EMC|IET|LIO-ORG|Linux|Msft|QEMU)",
    re.IGNORECASE,
)


def is_logical_drive(vendor: str | None, product: str | None) -> bool:
    """Return whether a disk of this maker and product is what a controller or an array shows instead of its drives."""
    return bool(_PRODUCT.search(product or "") or _VENDOR.search(vendor or ""))
