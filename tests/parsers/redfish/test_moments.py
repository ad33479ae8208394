"""Redfish: two captures of a machine that nobody touched tell the same parts, whatever its sensors read."""

import msgspec

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.redfish.trees import VALUES, chassis, cpu, dimm, drive, links, psu, read, resource, system


def moment(number: int) -> list[VALUES]:
    """Return a machine as it is told at one moment: all that may change while nobody touches it."""
    status = {"State": ("Enabled", "StandbyOffline")[number], "Health": ("OK", "Warning")[number]}
    speed = {"PCIeType": ("Gen1", "Gen5")[number], "MaxPCIeType": "Gen5", "LanesInUse": 16, "MaxLanes": 16}
    bus = {"PCIeInterface": speed}
    disk, card = "Systems/1/Storage/1/Drives/1", "Chassis/1/NetworkAdapters/1"
    controller = {"Model": "9460-8i", "SerialNumber": "SK000001", "SupportedRAIDTypes": ["RAID1"]}
    network = {"SerialNumber": "NIC00001", "Controllers": [{"FirmwarePackageVersion": "1", **bus}]}
    changing_disk = {
        "NegotiatedSpeedGbs": 6 * (number + 1),
        "PredictedMediaLifeLeftPercent": 99 - number,
        "FailurePredicted": bool(number),
        "IndicatorLED": ("Off", "Blinking")[number],
        "Oem": {"Acme": {"PowerOnHours": 10 + number, "TemperatureCelsius": 30 + number}},
    }
    return [
        system(PowerState=("Off", "On")[number], LastResetTime=f"2026-01-0{number + 1}T00:00:00Z", Status=status),
        chassis("1", "1", Status=status, PowerState=("Off", "On")[number]),
        dimm("A1", OperatingSpeedMhz=2400 + 800 * number, Status=status),
        cpu("CPU1", OperatingSpeedMHz=800 + number, Status=status),
        cpu("GPU1", ProcessorType="GPU", SerialNumber="GPU00001", SystemInterface={"PCIe": speed}, Status=status),
        resource(
            "Systems/1/Storage/1",
            "Storage",
            StorageControllers=[{**controller, **bus, "Status": status}],
            Drives=links(disk),
            Status=status,
        ),
        drive(disk, "S1234567", Status=status, **changing_disk),
        resource(card, "NetworkAdapter", Status=status, **network),
        resource(f"{card}/Ports/1", "Port", MaxSpeedGbps=25, CurrentSpeedGbps=10 * number, LinkStatus="LinkUp"),
        resource("Chassis/1/PCIeDevices/1", "PCIeDevice", SerialNumber="PCI00001", Status=status, **bus),
        psu("Chassis/1/PowerSubsystem/PowerSupplies/1", "PSU00001", LineInputVoltage=229 + number, Status=status),
        resource("Chassis/1/Fans/1", "Fan", SerialNumber="FAN00001", SpeedPercent={"Reading": 30 + number}),
        resource("Chassis/1/Batteries/1", "Battery", SerialNumber="BAT00001", ChargeLevelPercent=90 + number),
        resource("Managers/1", "Manager", FirmwareVersion="1", DateTime=f"2026-01-0{number + 1}T00:00:00Z"),
    ]


def test_two_captures_of_an_untouched_machine_tell_the_same() -> None:
    first, second = (read(*moment(number)) for number in (0, 1))
    told = [[msgspec.structs.replace(item, telemetry={}) for item in one.items] for one in (first, second)]
    assert told[0] == told[1]
    assert {item.kind for item in first.items} >= {Kind.BATTERY, Kind.FAN, Kind.PSU, Kind.GPU, Kind.RAID, Kind.NIC}
    assert first.machine == second.machine
    assert first.coverage == second.coverage
