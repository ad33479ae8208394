"""Redfish: partitions of a large machine, made of blocks of resources (HPE Compute Scale-up Server 3200)."""

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.redfish.trees import VALUES, chassis, files, link, links, read, reading, resource, system, tree

BLOCK = "CompositionService/ResourceBlocks/b1"


def collection(path: str, *members: str) -> VALUES:
    return {**resource(path, "Collection"), "Members": links(*members), "Members@odata.count": len(members)}


def partition(name: str) -> list[VALUES]:
    """Return a partition whose memory stands with the block of resources of which it was made."""
    block = f"CompositionService/ResourceBlocks/b{name}/Systems/1/Memory"
    return [
        system(name, SystemType="PhysicallyPartitioned", Memory=link(f"Systems/{name}/Memory")),
        collection(f"Systems/{name}/Memory", f"{block}/0001", f"{block}/0002"),
        resource(f"{block}/0001", "Memory", SerialNumber=f"80CE0{name}1", CapacityMiB=32768),
        resource(f"{block}/0002", "Memory", SerialNumber=f"80CE0{name}2", CapacityMiB=32768),
    ]


def test_a_physical_partition_is_a_machine_and_owns_what_its_collections_list() -> None:
    found = reading(files(tree(*partition("1"), *partition("2")))).snapshots
    assert [one.machine.system_serial for one in found] == ["TAG0001", "TAG0002"]
    serials = [[item.serial for item in one.items if item.kind is Kind.MEMORY] for one in found]
    assert serials == [["80CE011", "80CE012"], ["80CE021", "80CE022"]]
    assert all(Kind.MEMORY in one.coverage for one in found)


def test_what_two_partitions_list_belongs_to_neither_with_certainty() -> None:
    first, second = partition("1"), partition("2")
    shared = collection("Systems/2/Memory", f"{BLOCK}/Systems/1/Memory/0001")
    found = reading(files(tree(*first, second[0], shared))).snapshots
    assert [[item.serial for item in one.items if item.kind is Kind.MEMORY] for one in found] == [["80CE012"], []]
    assert all(Kind.MEMORY not in one.coverage for one in found)


def test_the_system_inside_a_block_of_resources_is_no_second_machine() -> None:
    inner = resource(f"{BLOCK}/Systems/1", "ComputerSystem", SystemType="Physical", SerialNumber="TAG0009")
    snapshot = read(*partition("1"), inner)
    assert snapshot.machine.system_serial == "TAG0001"
    assert len([item for item in snapshot.items if item.kind is Kind.MEMORY]) == 2


def test_the_chassis_tells_maker_and_product_where_the_system_does_not() -> None:
    around = chassis("1", "1", Manufacturer="HPE", Model="Scale-up Server 3200 Base Chassis")
    nameless = read(system(Manufacturer=None, Model=None), around).machine
    assert (nameless.manufacturer, nameless.product) == ("HPE", "Scale-up Server 3200 Base Chassis")
    named = read(system(), around).machine
    assert (named.manufacturer, named.product) == ("Acme", "Rack 9")


def test_what_a_virtual_machine_lists_is_not_its_own() -> None:
    listed = collection("Systems/vm/Memory", "CompositionService/ResourceBlocks/b1/Systems/1/Memory/0001")
    virtual = system("vm", SystemType="Virtual", Memory=link("Systems/vm/Memory"))
    around = [chassis("1", "1"), chassis("2", "2", "vm")]
    virtual["Links"] = {"Chassis": links("Chassis/2")}
    found = reading(files(tree(*partition("1"), *partition("2"), virtual, listed, *around))).snapshots
    serials = [[item.serial for item in one.items if item.kind is Kind.MEMORY] for one in found]
    assert serials == [["80CE011", "80CE012"], ["80CE021", "80CE022"]]
