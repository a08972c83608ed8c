"""PostgresDataStep, against a real server that the tests start."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from psycopg.sql import SQL

from zenml.errors import DataError, StepArgumentError
from zenml.records.content import row_hashes
from zenml.records.postgres_table import PostgresTable, _cells
from zenml.records.postgres_types import PostgresColumn
from zenml.steps.data import CSVDataStep, PostgresDataStep

AWKWARD = [
    "plain", "", " ", "two words", "a,b", 'say "hi"', "back\\slash", "\\", "\\\\n", "(", ")", "()",
    "line\nbreak", "carriage\r\nreturn", "tab\t", "NULL", "null", "NaN", "\\N", "ÄÖ ☃ 𝄞", "'", "''",
    '"', '""', '"""', ",", "\x01", "x" * 100_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def database(postgres):
    """A database that `reader` may read."""
    postgres.sql("CREATE DATABASE air")
    postgres.sql(
        "CREATE SCHEMA hub",
        "GRANT USAGE ON SCHEMA hub TO reader",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader",
        "ALTER DATABASE air SET timezone = 'Asia/Kolkata'",
        "ALTER DATABASE air SET datestyle = 'German'",
        "ALTER DATABASE air SET bytea_output = 'escape'",
        database="air",
    )
    return postgres


@pytest.fixture
def sql(database):
    return lambda *statements: database.sql(*statements, database="air")


@pytest.fixture
def step(database, monkeypatch):
    """Makes a step: `step(table="t")`."""
    monkeypatch.setenv("AIR_PASSWORD", database.password)

    def make(**arguments: Any) -> PostgresDataStep:
        defaults = {
            "username": "reader",
            "database": "air",
            "password": "${env:AIR_PASSWORD}",
            "host": "127.0.0.1",
            "port": database.port,
        }
        return PostgresDataStep(**{**defaults, **arguments})

    return make


def rows(step: PostgresDataStep) -> dict[str, list[Any]]:
    """Column -> its lists, of all batches."""
    return pa.Table.from_batches(list(step.batches())).to_pydict()


def one(step: PostgresDataStep) -> dict[str, Any]:
    """Column -> list of the only row."""
    (batch,) = step.batches()
    assert batch.num_rows == 1
    return {name: values[0] for name, values in batch.to_pydict().items()}


TYPES = {
    "smallint '-7'": [-7],
    "9007199254740993::bigint": [9007199254740993],
    "true": [1],
    "1.5::real": [1.5],
    "'NaN'::float8": None,
    "'-Infinity'::float8": [-np.inf],
    "0.1::numeric": [np.float32(0.1)],
    "12::numeric(12, 0)": [12],
    "12::numeric(30, 0)": [12.0],
    "'$1,234.50'::money": [1234.5],
    "'x'::char(3)": [b"x"],
    "'x'::varchar": [b"x"],
    "'(a,\"b c\")'::text": [b'(a,"b c")'],
    "date '2024-01-31'": [b"2024-01-31"],
    "timestamp '2024-01-31 12:00'": [b"2024-01-31T12:00:00"],
    "timestamp '2024-01-31 12:00:00.5'": [b"2024-01-31T12:00:00.500000"],
    "timestamptz '2024-01-31 12:00+02'": [b"2024-01-31T10:00:00Z"],
    "timestamptz 'infinity'": [b"infinity"],
    "time '12:30'": [b"12:30:00"],
    "interval '1 day 2 hours'": [b"P1DT2H"],
    "'\\x00ff5c22'::bytea": [b'\x00\xff\\"'],
    "''::bytea": [b""],
    "'6c1e3b1c-2b1f-4b9f-9d5e-0c1d2e3f4a5b'::uuid": [b"6c1e3b1c-2b1f-4b9f-9d5e-0c1d2e3f4a5b"],
    '\'{"a": [1, "b\\\\n"]}\'::json': [b'{"a": [1, "b\\\\n"]}'],
    "'{\"a\":1}'::jsonb": [b'{"a": 1}'],
    "'happy'::mood": [b"happy"],
    "'ab'::word": [b"ab"],
    "inet '10.0.0.1/8'": [b"10.0.0.1/8"],
    "ARRAY[NULL, NULL]::int[]": None,
    "'NaN'::numeric(12, 0)": None,
    "ARRAY[]::int[]": None,
    "ARRAY[true, false]": [1, 0],
    "ARRAY[1.5, 2]::float8[]": [1.5, 2.0],
    "ARRAY['a,b', '', 'c\\d', 'NULL', 'é']": [b"a,b", b"", b"c\\d", b"NULL", "é".encode()],
    "ARRAY[NULL]::text[]": None,
    "ARRAY['']": [b""],
    "ARRAY[[1, 2], [3, 4]]": [1, 2, 3, 4],
    "ARRAY['\\x00ff'::bytea]": [b"\x00\xff"],
    "ARRAY[timestamp '2024-01-31 12:00']": [b"2024-01-31T12:00:00"],
    "ARRAY['happy']::mood[]": [b"happy"],
    "NULL::int": None,
    "NULL::text[]": None,
    "NULL": None,
}


def test_values_of_every_type(step, sql):
    sql("CREATE TYPE mood AS ENUM ('happy')", "CREATE DOMAIN word AS text")
    columns = ", ".join(f"{value} AS c{n}" for n, value in enumerate(TYPES))
    found = one(step(query=f"SELECT {columns}, 1 AS last"))
    assert [found[f"c{n}"] for n in range(len(TYPES))] == list(TYPES.values())


@pytest.mark.parametrize("array", ["ARRAY[1, NULL]", "ARRAY['x', NULL]", "ARRAY[NULL, 0.5]"])
def test_null_within_an_array_is_refused(step, array):
    query = f"SELECT CASE WHEN n = 150 THEN {array} END AS a FROM generate_series(1, 200) n"
    with pytest.raises(DataError, match=r"the query .* row 150, column 'a': a value within"):
        list(step(query=query).batches())


def test_nan_keeps_its_place_in_an_array(step):
    assert (
        repr(one(step(query="SELECT ARRAY[1, 'NaN', 3]::float8[] AS a"))["a"]) == "[1.0, nan, 3.0]"
    )


def test_whole_numbers_keep_all_digits(step):
    query = (
        "SELECT 123456789012345678::numeric AS a, 123456789012345678.00::numeric(30, 2) AS b, "
        "ARRAY[123456789012345678, 2.0]::numeric[] AS c, 'NaN'::numeric AS d"
    )
    found = one(step(query=query, schema=dict.fromkeys("abcd", "INTEGER")))
    many = 123456789012345678
    assert found == {"a": [many], "b": [many], "c": [many, 2], "d": None}
    for number in ("1e30::numeric", "1e30::float8", "'Infinity'::float8", "1.5::numeric"):
        with pytest.raises(DataError, match=r"row 1, column 'a': .* is not a whole number"):
            one(step(query=f"SELECT {number} AS a", schema={"a": "INTEGER"}))


def test_a_value_that_cannot_be_parsed_names_its_column():
    columns = [PostgresColumn(name, SQL(""), "int", False) for name in "ab"]
    with pytest.raises(DataError, match=r"table 't': a value of the column 'b' .*'x'.* as text"):
        list(_cells(b"(,1,x,)", columns, "table 't'"))


def test_text_comes_as_it_is(step, database):
    with database.connect("air") as connection:
        connection.execute("CREATE TABLE words (n int, word text, words text[])")
        for n, word in enumerate(AWKWARD):
            values = [n, word, [word, "and", word]]
            connection.execute("INSERT INTO words VALUES (%s, %s, %s)", values)
        connection.execute("INSERT INTO words VALUES (-1, NULL, NULL)")
    found = rows(step(table="words"))
    words = {n: (word, several) for (n,), word, several in zip(*found.values(), strict=True)}
    assert words.pop(-1) == (None, None)
    expected = [word.encode() for word in AWKWARD]
    assert [words[n][0] for n in sorted(words)] == [[word] for word in expected]
    assert [words[n][1] for n in sorted(words)] == [[word, b"and", word] for word in expected]


def test_types_can_be_declared(step):
    query = (
        "SELECT 12345678901234567890 AS big, timestamp '1970-01-02' AS moment, '7' AS text, "
        "date '2024-01-31' AS day, 3 AS n"
    )
    schema = {
        "big": "STRING",
        "moment": "TIMESTAMP",
        "text": "INTEGER",
        "day": "DATETIME",
        "n": "FLOAT",
    }
    assert one(step(query=query, schema=schema)) == {
        "big": [b"12345678901234567890"],
        "moment": [86400],
        "text": [7],
        "day": [b"2024-01-31T00:00:00"],
        "n": [3.0],
    }


def test_the_penguins_are_those_of_the_csv_file(step, database, penguins):
    header = penguins.read_text().splitlines()[0].split(",")
    types = {"species": "text", "island": "text", "sex": "text", "year": "int"}
    columns = ", ".join(f"{name} {types.get(name, 'numeric')}" for name in header)
    with database.connect("air") as connection:
        connection.execute(f"CREATE TABLE penguins ({columns})")
        with connection.cursor().copy("COPY penguins FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(penguins.read_bytes().replace(b"NA", b""))
    whole = {"flipper_length_mm": "INTEGER", "body_mass_g": "INTEGER"}
    found = pa.Table.from_batches(list(step(table="penguins", schema=whole).batches()))
    csv = pa.Table.from_batches(list(CSVDataStep(path=str(penguins)).batches()))
    hashes = [np.sort(row_hashes(table.combine_chunks().to_batches()[0])) for table in (found, csv)]
    np.testing.assert_array_equal(*hashes)


def test_the_order_of_the_rows_is_that_of_their_content(step, sql):
    for name, order in (("up", "n"), ("down", "-n")):
        numbers = f"SELECT n, n % 7 AS m FROM generate_series(1, 25000) n ORDER BY {order}"
        sql(f"CREATE TABLE {name} AS {numbers}")
    up, down = rows(step(table="up")), rows(step(table="down"))
    assert up == down
    assert sorted(up["n"]) == [[n] for n in range(1, 25001)]


def test_names_are_quoted(step, sql):
    sql('CREATE TABLE hub."Big, ""odd"" table" ("a "" b" int, "(" text, "select" int)')
    sql("""INSERT INTO hub."Big, ""odd"" table" VALUES (1, 'x', 2)""")
    sql("GRANT SELECT ON ALL TABLES IN SCHEMA hub TO reader")
    found = one(step(table='hub.Big, "odd" table'))
    assert found == {'a " b': [1], "(": [b"x"], "select": [2]}
    with pytest.raises(DataError, match="There is no table or view"):
        rows(step(table='penguins"; DROP TABLE penguins; --'))


def test_a_query_may_end_as_people_end_them(step):
    assert one(step(query="WITH a AS (SELECT 1 AS n) SELECT * FROM a; ")) == {"n": [1]}
    assert one(step(query="SELECT 2 AS n -- two")) == {"n": [2]}


def test_a_limit_takes_the_first_rows_by_the_primary_key(step, sql):
    sql(
        "CREATE TABLE keyed (n int PRIMARY KEY)",
        "INSERT INTO keyed SELECT generate_series(9, 1, -1)",
    )
    assert sorted(rows(step(table="keyed", query_limit=3))["n"]) == [[1], [2], [3]]
    assert len(rows(step(query="SELECT * FROM generate_series(1, 9) n", query_limit=4))["n"]) == 4


def test_a_password_is_read_where_it_is_said_to_be(step, database, tmp_path, monkeypatch):
    file = tmp_path / "password"
    file.write_text(f"{database.password}\n")
    query = "SELECT 1 AS n"
    assert one(step(query=query, password=f"${{file:{file}}}")) == {"n": [1]}
    assert one(step(query=query, password="$AIR_PASSWORD")) == {"n": [1]}
    monkeypatch.setenv("PGPASSWORD", database.password)
    assert one(step(query=query, password=None)) == {"n": [1]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"table": "fligths"}, r"no table or view 'fligths' in reader@127.*mean 'flights'\?"),
        ({"table": "hab.flights"}, r"There is no table or view 'hab.flights'"),
        ({"table": "locked"}, r"may not read table 'locked'.*permission denied.*GRANT SELECT"),
        ({"query": "SELECT speed FROM flights"}, r'The query .* column "speed" does not exist'),
        ({"query": "SELECT FROM WHERE"}, r"The query of .* is refused: syntax error"),
        ({"query": "SELECT nextval('counter')"}, r"writes .*a source may only be read"),
        ({"query": "SELECT 1/(n - 15000) FROM generate_series(1, 20000) n"}, "division by zero"),
        ({"query": "SELECT 1 AS a, 2 AS a"}, "two columns 'a'"),
        ({"query": "SELECT point(1, 2) AS p"}, r"column 'p' is of type point, which is not read"),
        ({"query": "SELECT 1 AS n WHERE false"}, r"the query of .* gave no rows"),
        ({"query": "SELECT 1e300 AS n"}, r"row 1, column 'n': 1e\+300 is not a number of 32 bits"),
        ({"table": "flights", "schema": {"m": "FLOAT"}}, "names a column 'm', and there is none"),
        ({"table": "flights", "database": "sea"}, r'Cannot connect.*database "sea" does not exist'),
        ({"table": "flights", "password": "$WRONG"}, "password authentication failed for user"),
        ({"table": "flights", "password": None}, r"no password supplied.*PGPASSWORD is read"),
        ({"table": "flights", "password": "$UNSET_ANYWHERE"}, "UNSET_ANYWHERE, which is not set"),
        ({"table": "flights", "password": "${file:/no/such}"}, "the file /no/such, which cannot"),
        ({"table": "flights", "port": 1}, r"Cannot connect.*127.0.0.1:1/air.*the server runs"),
        ({"table": "flights", "host": "nowhere.invalid"}, "Check the name of the host"),
    ],
)
def test_what_goes_wrong_is_said_once(step, sql, monkeypatch, database, arguments, message):
    monkeypatch.setenv("WRONG", "not-the-password")
    monkeypatch.delenv("PGPASSWORD", raising=False)
    sql(
        "CREATE TABLE IF NOT EXISTS flights (n int)",
        "CREATE TABLE IF NOT EXISTS locked (n int)",
        "REVOKE ALL ON locked FROM reader",
        "CREATE SEQUENCE IF NOT EXISTS counter",
        "GRANT ALL ON SEQUENCE counter TO reader",
    )
    with pytest.raises(DataError, match=message) as caught:
        rows(step(**arguments))
    error: Any = caught.value
    assert "\n" not in str(error)
    while error is not None:
        assert database.password not in str(error)
        assert "not-the-password" not in str(error)
        error = error.__cause__ or error.__context__


def test_a_connection_that_is_lost_in_mid_read_is_said(database, sql):
    login = {"host": "127.0.0.1", "port": database.port, "user": "reader", "dbname": "air"}
    login["password"] = database.password
    query = "SELECT n, repeat('x', 500) AS x FROM generate_series(1, 400000) n"
    reading = PostgresTable(login, "air", query=query).batches({})
    next(reading)
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    with pytest.raises(DataError, match=r"connection to air was lost .*after [\d,]+ rows.*Nothing"):
        list(reading)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"password": "hunter2", "table": "t"}, r"password is given in plain text.*\$\{env:PASSW"),
        ({}, "give one of table and query"),
        ({"table": "t", "query": "SELECT 1"}, "give one of table and query"),
        ({"table": "a.b.c"}, "table is 'a.b.c'"),
        ({"table": ""}, "table is ''"),
        ({"query": " "}, "query is ' '"),
        ({"table": "t", "port": "5432"}, "port is '5432'"),
        ({"table": "t", "query_limit": 0}, "query_limit is 0"),
        ({"table": "t", "host": ""}, "host is ''"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    step = PostgresDataStep(username="reader", database="air", **arguments)
    with pytest.raises(StepArgumentError, match=message) as caught:
        step.check()
    assert "hunter2" not in str(caught.value)


def test_without_the_package_the_extra_is_named(step, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DataError, match=r"pip install 'zenml\[postgres\]'"):
        rows(step(table="t"))


MEASURE = """
import sys
from zenml.steps.data import PostgresDataStep
query = f"SELECT n, md5(n::text) || repeat('x', 1000) AS x FROM generate_series(1, {sys.argv[2]}) n"
step = PostgresDataStep(
    username="reader", database="air", password="$AIR_PASSWORD", host="127.0.0.1",
    port=int(sys.argv[1]), query=query,
)
print(sum(batch.num_rows for batch in step.batches()))
# What getrusage tells is never less than what the process had that started this one.
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak) // 1024)
"""


def test_memory_does_not_grow_with_the_rows(step):
    port = str(step(table="t").port)

    def megabytes(number: int) -> int:
        call = [sys.executable, "-c", MEASURE, port, str(number)]
        done = subprocess.run(call, check=True, capture_output=True, text=True)
        read, used = map(int, done.stdout.split())
        assert read == number
        return used

    assert megabytes(120_000) < megabytes(20_000) + 40  # of the 100 MB more that are read


def test_a_table_without_columns(step, sql):
    sql("CREATE TABLE bare ()", "INSERT INTO bare DEFAULT VALUES")
    with pytest.raises(DataError, match=r"^Table 'bare' of .* has no columns\.$"):
        next(step(table="bare").batches())
