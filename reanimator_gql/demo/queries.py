"""Three queries worth trying on the demo's fleet."""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Query:
    """A query and what it shows."""

    about: str
    text: str

    def body(self) -> str:
        """Return the body of a POST, on one line."""
        return orjson.dumps({"query": " ".join(self.text.split())}).decode()


QUERIES = (
    Query(
        "What is in a machine now, since when, and in which interval it was put there",
        """{ asset(vendorSerial: "DEMO000") { model firstSeenAt installed {
             slot installedAt installedAfter component { kind vendorSerial model firmware } } } }""",
    ),
    Query(
        "A disk that lived in three machines: every stay of the drive that DEMO000 had in slot 0",
        """{ asset(vendorSerial: "DEMO000") { installed(at: "2025-02-01T00:00:00Z", kinds: [STORAGE]) {
             slot component { vendorSerial installations { nodes { asset { vendorSerial } slot installedAt removedAt } }
             } } } }""",
    ),
    Query(
        "What happened to a machine: memory taken out and put back, a network card whose link lost half its width",
        """{ asset(vendorSerial: "DEMO000") { timeline(first: 50, filter: {kinds: [REMOVED, INSTALLED, LINK_CHANGED],
             from: "2025-02-01T00:00:00Z"}) { nodes { kind timestamp notBefore slot component { kind vendorSerial }
             details } } } }""",
    ),
)
