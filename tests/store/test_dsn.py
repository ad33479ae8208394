"""Database addresses in every form that configurations hold."""

import pytest

from reanimator_gql.store.dsn import BadDsn, parse_dsn


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:///reanimator.db", "sqlite+aiosqlite:///reanimator.db"),
        ("mysql://u:p@db:3307/name", "mysql+asyncmy://u:p@db:3307/name"),
        ("mariadb://u:p@db/name", "mysql+asyncmy://u:p@db/name"),
        ("mysql+aiomysql://u:p@db/name", "mysql+aiomysql://u:p@db/name"),
        ("u:p@tcp(db:3306)/name?parseTime=true", "mysql+asyncmy://u:p@db:3306/name"),
        ("u:p@ss:w@tcp(10.0.0.1:3306)/name", "mysql+asyncmy://u:p%40ss%3Aw@10.0.0.1:3306/name"),
        (
            "u@unix(/run/mysqld/mysqld.sock)/name",
            "mysql+asyncmy://u@localhost/name?unix_socket=/run/mysqld/mysqld.sock",
        ),
    ],
)
def test_an_address_becomes_the_url_of_a_driver(text: str, url: str) -> None:
    assert parse_dsn(text).render_as_string(hide_password=False).replace("%2F", "/") == url


@pytest.mark.parametrize("text", ["nonsense", "postgresql://u:secret@db/name", "mysql+pymysql://u:secret@db/name", ""])
def test_a_wrong_address_is_refused_without_showing_the_password(text: str) -> None:
    with pytest.raises(BadDsn) as refusal:
        parse_dsn(text)
    assert "secret" not in str(refusal.value)
    assert "mysql" in str(refusal.value)
