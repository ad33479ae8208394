from tests.fixtures.world import day, dimm, drive, machine, send
from tests.schema.asking import ask, statements


async def test_first(context):
    await send(
        context,
        machine(
            "SRV0001", day(1), memory=[dimm("14D4EEBA")], storage=[drive("S4EVNF0M1", "10"), drive("S4EVNF0M2", "2")]
        ),
    )
    with statements(context) as sent:
        data = await ask(
            context,
            "{ assets { nodes { id vendorSerial state lastSeenAt installed { slot component { kind vendorSerial firmware linkSpeedGts} } timeline { totalCount nodes { id kind timestamp subject { __typename ... on Asset { name } } installation { id } details } } } } }",
        )
    print(data)
    for s in sent:
        print(s)
