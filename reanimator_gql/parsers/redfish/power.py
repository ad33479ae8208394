"""Power supplies, fans and batteries.

The list in `Power` is the deprecated one: where a chassis has a PowerSubsystem whose supplies are read, it is left out.
A fan is a part where the service says more of it than a reading: a tachometer is a sensor, and a fan may have two, each
with its place. So in the list of readings only a number or a model makes a fan.
"""

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.redfish.place import is_absent, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tale import NUMBERS, Tale, chosen, health, numbers
from reanimator_gql.parsers.redfish.tree import Tree

_CONTENT = {"PowerSupplyType": "type", "HotPluggable": "hot_pluggable", "PlugType": "plug_type", **NUMBERS}
_MOMENT = {
    "LineInputVoltage": "input_voltage",
    "LineInputVoltageType": "input_voltage_type",
    "LineInputStatus": "input_status",
    "LastPowerOutputWatts": "output_w",
    "PowerOutputWatts": "output_w",
    "PowerInputWatts": "input_w",
}


def power_supplies(tree: Tree) -> list[Tale]:
    """Return the power supplies and their empty bays."""
    found = [_supply(one, "PowerSupply", one.parent) for one in tree.of("PowerSupply")]
    # …/Chassis/1/PowerSubsystem/PowerSupplies/Bay1 and …/Chassis/1/Power are of one chassis.
    told_better = {one.key.partition("/powersubsystem/")[0] for one in tree.of("PowerSupply")}
    for power in tree.of("Power"):
        if key_of(power.parent) not in told_better:
            where = f"{power.path}#/PowerSupplies"
            found += [_supply(one, "PowerSupplies", where) for one in power.elements("PowerSupplies", "PowerSupply")]
    return found


def _supply(one: Resource, teller: str, where: str) -> Tale:
    slot = place_of(one)
    if is_absent(one):
        return Tale(ComponentKind.PSU, teller, one, where, slot=slot, present=False)
    watts = one.whole("PowerCapacityWatts") or max(
        (int(watts) for each in one.elements("InputRanges", "") if (watts := each.number("OutputWattage"))),
        default=None,
    )
    return Tale(
        ComponentKind.PSU,
        teller,
        one,
        where,
        slot=slot,
        firmware=one.text("FirmwareVersion"),
        attributes=told({"wattage_w": watts}) | chosen(one, _CONTENT),
        telemetry=health(one) | chosen(one, _MOMENT),
        **numbers(one),
    )


def fans(tree: Tree) -> list[Tale]:
    """Return the fans that are named as parts."""
    found = [_fan(one, "Fan", one.parent) for one in tree.of("Fan")]
    for thermal in tree.of("Thermal"):
        where = f"{thermal.path}#/Fans"
        found += [_fan(one, "Fans", where) for one in thermal.elements("Fans", "Fan")]
    return [tale for tale in found if tale is not None]


def _fan(one: Resource, teller: str, where: str) -> Tale | None:
    named = numbers(one)
    if not (teller == "Fan" and label(one)) and not any(named[name] for name in ("serial", "model", "part_number")):
        return None
    if is_absent(one):
        return Tale(ComponentKind.FAN, teller, one, where, slot=place_of(one), present=False)
    return Tale(
        ComponentKind.FAN,
        teller,
        one,
        where,
        slot=label(one) or one.text("Name") or place_of(one),
        firmware=one.text("FirmwareVersion"),
        attributes=chosen(one, {"HotPluggable": "hot_pluggable", **NUMBERS}),
        telemetry=health(one),
        **named,
    )


def batteries(tree: Tree) -> list[Tale]:
    """Return the batteries of the chassis and of storage controllers."""
    found = [_battery(one, "Battery", one.parent) for one in tree.of("Battery")]
    for chassis in tree.of("Chassis"):
        for maker in ("Hpe", "Hp"):
            told_there = chassis.raw("Oem", maker, "SmartStorageBattery")
            where = f"{chassis.path}#/Oem/{maker}/SmartStorageBattery"
            for number, values in enumerate(told_there if isinstance(told_there, list) else ()):
                if isinstance(values, dict):
                    one = chassis.element(values, f"/Oem/{maker}/SmartStorageBattery/{number}", "SmartStorageBattery")
                    found.append(_battery(one, "SmartStorageBattery", where))
    return found


def _battery(one: Resource, teller: str, where: str) -> Tale:
    slot = place_of(one)
    if is_absent(one):
        return Tale(ComponentKind.BATTERY, teller, one, where, slot=slot, present=False)
    content = {"CapacityRatedWattHours": "capacity_wh", "MaximumCapWatts": "capacity_w", "ProductName": "name"}
    return Tale(
        ComponentKind.BATTERY,
        teller,
        one,
        where,
        slot=slot,
        firmware=one.text("FirmwareVersion"),
        attributes=chosen(one, content | NUMBERS),
        telemetry=health(one) | chosen(one, {"ChargeLevelPercent": "charge_pct", "ChargeState": "charge_state"}),
        **numbers(one),
    )
