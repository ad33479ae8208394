"""Rule A1: which identifiers of a machine a sighting gives, strongest first, and which of them are valid."""

from dataclasses import dataclass
from functools import lru_cache

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.identity.model import Identifier
from reanimator_gql.domain.snapshot import MachineIdentifiers

TAG, BOARD, UUID, BMC, CHASSIS = "tag", "board", "uuid", "bmc", "chassis"
RANKS = (TAG, BOARD, UUID, BMC, CHASSIS)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a sighting says of its machine, in normal form. `uuid_tag` is the service tag that the UUID spells.

    `named` is the uploader's word, kept only where the sighting has no tag and no board of its own.
    """

    maker: str | None
    product: str | None
    tag: str | None
    board: str | None
    uuid: str | None
    bmc: str | None
    chassis: str | None
    uuid_tag: str | None
    named: str | None


@lru_cache(maxsize=100_000)
def identify(machine: MachineIdentifiers, source: str) -> Identity:
    """Return the valid identifiers that one sighting gives."""
    system_maker = maker(machine.manufacturer, "SYSTEM")
    own = (machine.product, machine.manufacturer)
    told, board_told = told_serials(machine, source)
    board = normal.board_serial(board_told, told)
    spelled = normal.uuid_tag(machine.uuid)
    uuid_tag = spelled[1] if spelled else None
    board_tag = normal.board_tag(board_told) or normal.board_tag(machine.board_serial)
    tag = normal.serial(told, own=own) or uuid_tag or board_tag
    return Identity(
        maker=system_maker,
        product=normal.text(machine.product),
        tag=tag,
        board=board if board != tag else None,
        uuid=normal.uuid(machine.uuid),
        bmc=normal.mac(machine.bmc_mac),
        chassis=normal.serial(machine.chassis_serial),
        uuid_tag=uuid_tag,
        named=None if tag or board else normal.serial(machine.named),
    )


def told_serials(machine: MachineIdentifiers, source: str) -> tuple[str | None, str | None]:
    """Return the system's and the board's serial as told."""
    if source.partition(":")[0] == "redfish" and maker(machine.manufacturer, "SYSTEM") == "dell":
        # Dell's Redfish tells the board's serial as SerialNumber, the service tag as SKU.
        return machine.sku, machine.system_serial
    return machine.system_serial, machine.board_serial


def usable_identifiers(machine: MachineIdentifiers, source: str) -> tuple[Identifier, ...]:
    """Return the valid identifiers of a file alone, strongest first. None at all: the file names no machine (A5)."""
    identity = identify(machine, source)
    pairs = ((kind, getattr(identity, kind)) for kind in RANKS)
    return tuple(Identifier(kind, value) for kind, value in pairs if value)


@lru_cache(maxsize=100_000)
def link_values(machine: MachineIdentifiers) -> frozenset[str]:
    """Return every normal form through which a sighting can be connected with another, or named by a person."""
    texts = (machine.system_serial, machine.sku, machine.board_serial, machine.chassis_serial, machine.named)
    spelled = normal.uuid_tag(machine.uuid)
    forms = (
        *(normal.serial(text) for text in texts),
        normal.board_serial(machine.board_serial),
        normal.board_serial(machine.system_serial),
        normal.board_tag(machine.board_serial),
        normal.board_tag(machine.system_serial),
        normal.uuid(machine.uuid),
        normal.mac(machine.bmc_mac),
        spelled[1] if spelled else None,
    )
    return frozenset(form for form in forms if form)
