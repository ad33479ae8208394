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
        "Which drives are in a machine, since when, and in which interval each was put there",
        """{
  asset(vendorSerial: "DEMO000") {
    manufacturer model firstSeenAt
    installed(kinds: [STORAGE]) {
      slot installedAt installedAfter
      component { vendorSerial model firmware }
    }
  }
}""",
    ),
    Query(
        "A disk that lived in three machines",
        """{
  component(vendorSerial: "WRD1A000") {
    kind model
    installations { nodes { asset { vendorSerial } slot installedAt removedAfter removedAt } }
  }
}""",
    ),
    Query(
        "What happened to a machine in 2025: memory taken out and put back, a card whose link lost half its width",
        """{
  asset(vendorSerial: "DEMO000") {
    timeline(filter: {kinds: [REMOVED, INSTALLED, LINK_CHANGED], from: "2025-04-30T00:00:00Z"}) {
      nodes { kind timestamp notBefore component { kind vendorSerial } details }
    }
  }
}""",
    ),
)
