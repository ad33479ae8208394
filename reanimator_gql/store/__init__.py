"""All SQL: tables, engine and transactions, the scoped reads, bulk writes. No business rules, no GraphQL types."""
